//! By noex: `start_stored`, which claims, verifies, decodes and starts.

use std::path::Path;
use std::time::{Duration, Instant};

use noex::Family;
use noex::prelude::*;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::{LOOKED_AT, Restored, check};
use crate::document::Document;
use crate::ground::{FAMILY, Ground};
use crate::memory::resident;

/// Longer than any number of servers takes to stop.
const PATIENCE: Duration = Duration::from_mins(10);

/// Stores so many servers.
pub(super) fn fill<G: Ground>(runtime: &Runtime, folder: &Path, servers: u32) {
    runtime.block_on(async {
        let (system, family) = open::<G>(folder);
        let mut tasks = JoinSet::new();
        for server in 0..servers {
            let family = family.clone();
            tasks.spawn(async move { family.create(&server, move || Document::new(server)).await });
        }
        while let Some(created) = tasks.join_next().await {
            created.expect("it does not panic").expect("the key is new");
        }
        close(&system).await;
    });
}

pub(super) fn start<G: Ground>(runtime: &Runtime, folder: &Path, servers: u32) -> Restored {
    runtime.block_on(async {
        let (before, began) = (resident(), Instant::now());
        let (system, family) = open::<G>(folder);
        let live = family.start_stored().await.expect("every record is whole");
        let restored = Restored {
            took: began.elapsed(),
            grown: resident().saturating_sub(before),
        };
        assert_eq!(live, servers as usize);
        for server in (0..servers).step_by(LOOKED_AT) {
            let document = family.at(&server).read().await.expect("the server runs");
            check(&document, server);
        }
        close(&system).await;
        restored
    })
}

fn open<G: Ground>(folder: &Path) -> (System, Family<Document>) {
    let system = System::new(G::open(folder));
    let family = system.family(FAMILY).build().expect("the only family");
    (system, family)
}

async fn close(system: &System) {
    let report = system.shutdown_within(PATIENCE).await;
    report.expect("everything is saved");
}
