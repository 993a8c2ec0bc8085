//! Saves: many servers, each with a task that changes it and waits until the change is on the disk, again and again.

mod by_adapter;
mod by_hand;
mod by_noex;

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::document::Document;
use crate::folder::Folder;
use crate::ground::{OnFiles, OnSqlite};
use crate::rounds::{Flavor, Result, by_turns};
use crate::shelf::{Files, Sqlite};

/// How much is saved.
#[derive(Clone, Copy)]
pub(crate) struct Scale {
    pub(crate) rounds: usize,
    /// In all, by ways that save many at once.
    together: u32,
    /// In all, by a way that saves one after the other.
    one_by_one: u32,
    servers: &'static [u32],
}

pub(crate) const FULL: Scale = Scale {
    rounds: 9,
    together: 16_000,
    one_by_one: 2_000,
    servers: &[1, 64, 256, 1_000],
};

pub(crate) const QUICK: Scale = Scale {
    rounds: 1,
    together: 24,
    one_by_one: 16,
    servers: &[1, 8],
};

/// So many servers, each saved so many times.
#[derive(Clone, Copy)]
struct Load {
    servers: u32,
    saves: u32,
}

/// One way to bring documents onto the disk.
struct Way {
    saves_together: bool,
    /// Saves in an empty folder: how long all of it took.
    run: fn(&Runtime, &Path, Load) -> Duration,
    /// What is on the disk then.
    read: fn(&Path) -> HashMap<String, Document>,
}

/// A place to save to.
struct Store {
    name: &'static str,
    /// By how much less is saved than elsewhere, since it takes longer.
    slower: u32,
    ways: [Way; 4],
}

/// The first is what the others are held against.
pub(crate) const NAMES: [&str; 4] = [
    "group commit by hand",
    "loop by hand",
    "noex",
    "noex's adapter alone",
];

const STORES: [Store; 2] = [
    Store {
        name: "SQLite",
        slower: 1,
        ways: [
            by_hand::together::<Sqlite>(),
            by_hand::one_by_one::<Sqlite>(),
            by_noex::way::<OnSqlite>(),
            by_adapter::way::<OnSqlite>(),
        ],
    },
    Store {
        name: "files",
        slower: 10,
        ways: [
            by_hand::together::<Files>(),
            by_hand::one_by_one::<Files>(),
            by_noex::way::<OnFiles>(),
            by_adapter::way::<OnFiles>(),
        ],
    },
];

/// Measures a save in every way, on every store that bears the name, with more and more servers.
pub(crate) fn measured(scale: Scale, picked: &str, mut each: impl FnMut(&str, u32, &[Result])) {
    let runtime = Flavor::TwoWorkers.runtime();
    for store in STORES.iter().filter(|store| store.name.contains(picked)) {
        for &servers in scale.servers {
            let results = by_turns(&store.ways, scale.rounds, |way| {
                run(&runtime, way, scale.load(store, way, servers))
            });
            each(store.name, servers, &results);
        }
    }
}

impl Scale {
    /// Few servers make small batches, which take longer.
    fn load(&self, store: &Store, way: &Way, servers: u32) -> Load {
        let saves = if way.saves_together && servers > 1 {
            self.together
        } else {
            self.one_by_one
        };
        // At least two, so that something is replaced that was not there before.
        Load {
            servers,
            saves: (saves / store.slower / servers).max(2),
        }
    }
}

/// How long one save took.
fn run(runtime: &Runtime, way: &Way, load: Load) -> Duration {
    let folder = Folder::new();
    let took = (way.run)(runtime, folder.path(), load);
    let found = (way.read)(folder.path());
    assert_eq!(found.len(), load.servers as usize);
    for server in 0..load.servers {
        let expected = Document::after(server, load.saves);
        assert_eq!(found.get(&server.to_string()), Some(&expected));
    }
    took / (load.servers * load.saves)
}
