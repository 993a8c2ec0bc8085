//! Children that come and go: so many servers under one dynamic supervisor are started, stopped and started again from
//! their records. Twice as many should take twice as long and weigh twice as much.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use noex::DynamicSupervisor;
use noex::prelude::*;
use tokio::task::JoinSet;

use crate::document::Document;
use crate::folder::Folder;
use crate::ground::{Ground, OnFiles, OnSqlite};
use crate::memory::resident;
use crate::rounds::Flavor;

/// How many children there are, in turn.
pub(crate) const FULL: [u32; 3] = [25_000, 50_000, 100_000];
pub(crate) const QUICK: [u32; 1] = [200];

/// Longer than any number of servers takes to stop.
const PATIENCE: Duration = Duration::from_mins(10);

/// How many tasks start children at the same time.
const STARTERS: u32 = 64;

/// What so many children have cost.
pub(crate) struct Costs {
    children: u32,
    start: Duration,
    stop: Duration,
    restore: Duration,
    grown: u64,
}

type Cost = fn(&Path, u32) -> Costs;

const STORES: [(&str, Cost); 2] = [("SQLite", cost::<OnSqlite>), ("files", cost::<OnFiles>)];

/// Prints a row for each store and number, each measured in a process of its own.
pub(crate) fn measured_apart(numbers: &[u32]) {
    let itself = std::env::current_exe().expect("the benches have a path");
    for (store, _) in STORES {
        for number in numbers {
            let status = Command::new(&itself)
                .args(["--children-of", store, &number.to_string()])
                .status()
                .expect("the benches start once more");
            assert!(status.success(), "{number} children on {store}: {status}");
        }
    }
}

/// The same in this process.
pub(crate) fn measured_here(store: &str, children: u32) -> Option<Costs> {
    let (_, cost) = STORES.iter().find(|(known, _)| *known == store)?;
    let folder = Folder::new();
    Some(cost(folder.path(), children))
}

impl Costs {
    /// The cells of a row: milliseconds, and microseconds a child; bytes a child.
    pub(crate) fn cells(&self) -> String {
        let cell = |took: Duration| {
            let each = took.as_secs_f64() * 1e6 / f64::from(self.children);
            format!("{} · {each:.1}", took.as_millis())
        };
        let [start, stop, restore] = [self.start, self.stop, self.restore].map(cell);
        let grown = self.grown / u64::from(self.children);
        format!("{start} | {stop} | {restore} | {grown}")
    }
}

fn cost<G: Ground>(folder: &Path, children: u32) -> Costs {
    Flavor::TwoWorkers.runtime().block_on(async {
        let (before, began) = (resident(), Instant::now());
        let system = start(G::open(folder), children).await;
        let (start_took, grown) = (began.elapsed(), resident().saturating_sub(before));
        let stop = stop(&system).await;
        drop(system);
        let began = Instant::now();
        let system = start(G::open(folder), children).await;
        let restore = began.elapsed();
        check(&system, children).await;
        self::stop(&system).await;
        Costs {
            children,
            start: start_took,
            stop,
            restore,
            grown,
        }
    })
}

async fn start(store: impl StorageAdapter, children: u32) -> System {
    let system = System::new(store);
    let supervisor = system.dynamic_supervisor("documents").build();
    let supervisor = supervisor.expect("the system runs");
    let mut tasks = JoinSet::new();
    for starter in 0..STARTERS {
        let supervisor = supervisor.clone();
        tasks.spawn(async move {
            for child in (starter..children).step_by(STARTERS as usize) {
                start_child(&supervisor, child).await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no start fails");
    }
    assert_eq!(supervisor.count_children().up, children as usize);
    system
}

async fn start_child(supervisor: &DynamicSupervisor, child: u32) {
    let spec = Document::spec(move || Document::new(child)).name(child.to_string());
    let document = supervisor.start_child(spec).await;
    document.expect("its name is its own");
}

async fn stop(system: &System) -> Duration {
    let began = Instant::now();
    let report = system.shutdown_within(PATIENCE).await;
    report.expect("everything is saved");
    began.elapsed()
}

/// A look at one of very many.
async fn check(system: &System, children: u32) {
    for child in (0..children).step_by(97) {
        let document = system.find::<Document>(&child.to_string());
        let document = document.expect("it runs").read().await;
        assert_eq!(document.expect("it answers"), Document::new(child));
    }
}
