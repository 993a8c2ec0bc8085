//! By noex: a server for each document, and checkpoints.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use noex::prelude::*;
use noex::{Checkpoint, Family};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::{Load, Way};
use crate::document::{Document, DocumentClient};
use crate::ground::{FAMILY, Ground};

pub(super) const fn way<G: Ground>() -> Way {
    Way {
        saves_together: true,
        run: save::<G>,
        read: read::<G>,
    }
}

fn save<G: Ground>(runtime: &Runtime, folder: &Path, load: Load) -> Duration {
    runtime.block_on(async {
        let system = System::new(G::open(folder));
        let documents = begin(&system, load).await;
        let began = Instant::now();
        let mut tasks = JoinSet::new();
        for document in documents {
            tasks.spawn(change_and_save(document, load.saves));
        }
        while let Some(saved) = tasks.join_next().await {
            saved.expect("every save is confirmed");
        }
        let took = began.elapsed();
        system.shutdown().await.expect("everything is saved");
        took
    })
}

/// New servers that are stored once already.
async fn begin(system: &System, load: Load) -> Vec<DocumentClient> {
    let family: Family<Document> = system.family(FAMILY).build().expect("the only family");
    let mut tasks = JoinSet::new();
    for server in 0..load.servers {
        let family = family.clone();
        tasks.spawn(async move { family.create(&server, move || Document::new(server)).await });
    }
    let mut documents = Vec::new();
    while let Some(created) = tasks.join_next().await {
        documents.push(created.expect("it does not panic").expect("the key is new"));
    }
    documents
}

async fn change_and_save(document: DocumentClient, saves: u32) {
    for _ in 0..saves {
        document.change().await.expect("the server runs");
        let saved = document.checkpoint().await.expect("the disk works");
        assert!(matches!(saved, Checkpoint::Saved(_)));
    }
}

fn read<G: Ground>(folder: &Path) -> HashMap<String, Document> {
    let records = G::records(folder).into_iter();
    records
        .map(|record| (record.server().to_string(), record.state))
        .collect()
}
