//! By hand: one document after the other, or all that came while the last batch was written.

use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::{Load, Way};
use crate::document::Document;
use crate::shelf::{Entry, Shelf};

/// A group commit: a task for each document, and one thread that writes.
pub(super) const fn together<S: Shelf>() -> Way {
    Way {
        saves_together: true,
        run: save_together::<S>,
        read: S::read,
    }
}

/// A loop in which each document is written for itself.
pub(super) const fn one_by_one<S: Shelf>() -> Way {
    Way {
        saves_together: false,
        run: save_one_by_one::<S>,
        read: S::read,
    }
}

/// A document on its way to the thread that writes, and who waits for it.
struct Save {
    entry: Entry,
    done: oneshot::Sender<()>,
}

fn save_together<S: Shelf>(runtime: &Runtime, folder: &Path, load: Load) -> Duration {
    let (documents, shelf) = begin::<S>(folder, load);
    let (saves, receiver) = mpsc::channel();
    let writer = thread::spawn(move || commit_batches(shelf, &receiver));
    let took = runtime.block_on(async move {
        let began = Instant::now();
        let mut tasks = JoinSet::new();
        for (key, document) in documents {
            tasks.spawn(change_and_save(key, document, load.saves, saves.clone()));
        }
        while let Some(saved) = tasks.join_next().await {
            saved.expect("every save is confirmed");
        }
        began.elapsed()
    });
    writer.join().expect("the disk works");
    took
}

async fn change_and_save(key: String, mut document: Document, saves: u32, writer: Sender<Save>) {
    for _ in 0..saves {
        document.change();
        let (done, saved) = oneshot::channel();
        let entry = entry(&key, &document);
        writer.send(Save { entry, done }).expect("the writer runs");
        saved.await.expect("the writer runs");
    }
}

/// Commits what came meanwhile, until nobody has anything more.
fn commit_batches<S: Shelf>(mut shelf: S, saves: &Receiver<Save>) {
    while let Ok(first) = saves.recv() {
        let batch = std::iter::once(first).chain(saves.try_iter());
        let (entries, waiting): (Vec<_>, Vec<_>) =
            batch.map(|Save { entry, done }| (entry, done)).unzip();
        shelf.commit(entries);
        for done in waiting {
            done.send(()).expect("the task waits");
        }
    }
}

fn save_one_by_one<S: Shelf>(_: &Runtime, folder: &Path, load: Load) -> Duration {
    let (mut documents, mut shelf) = begin::<S>(folder, load);
    let began = Instant::now();
    for _ in 0..load.saves {
        for (key, document) in &mut documents {
            document.change();
            shelf.commit(vec![entry(key, document)]);
        }
    }
    began.elapsed()
}

/// New documents that are stored once already.
fn begin<S: Shelf>(folder: &Path, load: Load) -> (Vec<(String, Document)>, S) {
    let mut shelf = S::open(folder);
    let documents: Vec<_> = (0..load.servers)
        .map(|server| (server.to_string(), Document::new(server)))
        .collect();
    let entries = documents.iter().map(|(key, document)| entry(key, document));
    shelf.commit(entries.collect());
    (documents, shelf)
}

fn entry(key: &str, document: &Document) -> Entry {
    Entry {
        key: key.to_owned(),
        bytes: document.to_json(),
    }
}
