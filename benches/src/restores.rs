//! Restores: many stored servers of one family started at once, beside loops that only read and decode the records.

mod by_hand;
mod by_noex;

use std::path::Path;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::document::Document;
use crate::folder::Folder;
use crate::ground::{Ground, OnFiles, OnSqlite};
use crate::memory::printed_apart;
use crate::rounds::{Flavor, Result, by_turns};

/// How much is restored.
#[derive(Clone, Copy)]
pub(crate) struct Scale {
    pub(crate) rounds: usize,
    pub(crate) servers: u32,
}

pub(crate) const FULL: Scale = Scale {
    rounds: 7,
    servers: 100_000,
};

pub(crate) const QUICK: Scale = Scale {
    rounds: 1,
    servers: 200,
};

/// What a restore came to.
struct Restored {
    took: Duration,
    /// What the process has grown by meanwhile.
    grown: u64,
}

type Way = fn(&Runtime, &Path, u32) -> Restored;

/// The first is what the others are held against.
pub(crate) const NAMES: [&str; 3] = ["loop by hand", "loop by hand, with actors", "noex"];

struct Store {
    name: &'static str,
    fill: fn(&Runtime, &Path, u32),
    ways: [Way; 3],
}

const STORES: [Store; 2] = [store::<OnSqlite>("SQLite"), store::<OnFiles>("files")];

const fn store<G: Ground>(name: &'static str) -> Store {
    Store {
        name,
        fill: by_noex::fill::<G>,
        ways: [
            by_hand::read::<G>,
            by_hand::read_and_spawn::<G>,
            by_noex::start::<G>,
        ],
    }
}

/// Measures a restore in every way, from every store that bears the name; with the bytes that each server takes.
pub(crate) fn measured(scale: Scale, picked: &str, mut each: impl FnMut(&str, &[Result], &[u64])) {
    let runtime = Flavor::TwoWorkers.runtime();
    for store in STORES.iter().filter(|store| store.name.contains(picked)) {
        let folder = Folder::new();
        (store.fill)(&runtime, folder.path(), scale.servers);
        let results = by_turns(&store.ways, scale.rounds, |way| {
            way(&runtime, folder.path(), scale.servers).took / scale.servers
        });
        let weights: Vec<_> = NAMES
            .iter()
            .map(|way| weighed_apart(store.name, way, folder.path(), scale.servers))
            .collect();
        each(store.name, &results, &weights);
    }
}

fn weighed_apart(store: &str, way: &str, folder: &Path, servers: u32) -> u64 {
    let folder = folder.to_str().expect("the folder has a name");
    printed_apart(&["--restored", store, way, folder, &servers.to_string()])
}

/// The bytes that each restored server takes in this process.
pub(crate) fn weighed_here(store: &str, way: &str, folder: &Path, servers: u32) -> Option<u64> {
    let store = STORES.iter().find(|known| known.name == store)?;
    let (_, way) = NAMES
        .iter()
        .zip(store.ways)
        .find(|(name, _)| **name == way)?;
    let restored = way(&Flavor::TwoWorkers.runtime(), folder, servers);
    Some(restored.grown / u64::from(servers))
}

/// A look at one of very many.
fn check(document: &Document, server: u32) {
    assert_eq!(*document, Document::new(server));
}

/// Of so many, one is looked at.
const LOOKED_AT: usize = 97;
