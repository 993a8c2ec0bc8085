//! Every stored record of a kind, gone through at once: a rehearsal of a release, and a migration for good.

mod faults;
mod migrated;
mod notes;
mod others;
mod resumed;
mod told;
mod verified;

use std::collections::BTreeMap;

use noex::records::{Cause, Report};
use noex::store::{Key, Record};
use noex::testing::TestClock;

use crate::any_store::AnyStore;
use crate::counter::{begin, clocked, key};
use notes::{NoteOf1, NoteOf2, NoteOf3};

/// The key that the family gives a name.
fn note(name: &str) -> Key {
    key(&format!("notes:{name}"))
}

/// Leaves a note of version 1 under each of these names, of the text behind it.
async fn leave_old(store: &AnyStore, clock: &TestClock, notes: &[(&str, &'static str)]) {
    begin();
    let system = clocked(store.clone(), clock);
    let family = system.family::<NoteOf1>("notes").build().expect("a family");
    for &(name, text) in notes {
        let made = move || NoteOf1 { text: text.into() };
        family.create(name, made).await.expect("it is new");
    }
    system.shutdown().await.expect("all is saved");
}

/// Notes of version 1 under `a` and `b`, of version 2 under `c`, and of today's under `d`.
async fn of_three_releases() -> AnyStore {
    let (store, clock) = (AnyStore::new(), TestClock::new());
    leave_old(&store, &clock, &[("a", "one"), ("b", "one two")]).await;
    let system = clocked(store.clone(), &clock);
    let family = system.family::<NoteOf2>("notes").build().expect("a family");
    let made = || NoteOf2 {
        words: vec!["two".to_owned()],
    };
    family.create("c", made).await.expect("it is new");
    system.shutdown().await.expect("all is saved");
    let system = clocked(store.clone(), &clock);
    let family = system.family::<NoteOf3>("notes").build().expect("a family");
    family.create("d", NoteOf3::new).await.expect("it is new");
    system.shutdown().await.expect("all is saved");
    store
}

/// What a server of today's program reads under each of these names.
async fn read(store: &AnyStore, names: &[&str]) -> Vec<String> {
    let system = clocked(store.clone(), &TestClock::new());
    let family = system.family::<NoteOf3>("notes").build().expect("a family");
    let mut texts = Vec::new();
    for name in names {
        texts.push(family.at(*name).read().await.expect("it loads"));
    }
    system.shutdown().await.expect("all is saved");
    texts
}

/// The records as text, by key.
fn texts(records: &BTreeMap<Key, Record>) -> BTreeMap<String, String> {
    let texts = records.iter();
    texts
        .map(|(key, record)| (key.to_string(), crate::counter::text(record)))
        .collect()
}

/// Which keys failed, and of what.
fn causes(report: &Report) -> Vec<(String, Cause)> {
    let failures = report.failures.iter();
    failures
        .map(|failure| (failure.key().to_string(), failure.cause()))
        .collect()
}
