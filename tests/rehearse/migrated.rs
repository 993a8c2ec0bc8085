//! What a migration for good leaves: today's form, and everything else as it was.

use std::time::Duration;

use noex::records::{Cause, migrate_all, verify};
use noex::testing::{FaultyAdapter, TestClock};
use noex::{Event, PersistenceError};
use serde_json::Value;

use super::notes::NoteOf3;
use super::{causes, leave_old, of_three_releases, read, texts};
use crate::any_store::AnyStore;
use crate::counter::{clocked, event, record, text};

const DAY: Duration = Duration::from_hours(24);

// V1: old records become today's, and load
#[tokio::test(start_paused = true)]
async fn old_records_become_todays() {
    let store = of_three_releases().await;
    let current = record(&store, "notes:d");
    let report = migrate_all::<NoteOf3>(&store).await.expect("it is listed");
    assert!(report.is_sound(), "{report}");
    assert_eq!((report.outdated, report.migrated), (3, 3));
    assert_eq!(report.of_version(3), 1, "as they were found");
    assert_eq!(record(&store, "notes:d"), current, "today's is not touched");

    let report = verify::<NoteOf3>(&store).await.expect("it is listed");
    assert_eq!((report.of_version(3), report.outdated), (4, 0));
    let notes = ["one (1.5)", "one two (1.5)", "two (1.5)", "new (0.5)"];
    assert_eq!(read(&store, &["a", "b", "c", "d"]).await, notes);
}

#[tokio::test(start_paused = true)]
async fn done_twice_is_done_once() {
    let store = of_three_releases().await;
    migrate_all::<NoteOf3>(&store).await.expect("it is listed");
    let done = store.records();
    let faulty = FaultyAdapter::new(store.clone());
    let report = migrate_all::<NoteOf3>(&faulty).await.expect("it is listed");
    assert_eq!((report.outdated, report.migrated), (0, 0));
    assert_eq!(faulty.writes(), 0);
    assert_eq!(store.records(), done);
}

// V1, P3: of a record everything stays but state, version and revision, and the revision rises
#[tokio::test(start_paused = true)]
async fn what_is_said_of_a_record_stays() {
    let (store, clock) = (AnyStore::new(), TestClock::new());
    leave_old(&store, &clock, &[("a", "one")]).await;
    let stored = record(&store, "notes:a").expect("it is stored");
    tokio::time::sleep(5 * DAY).await;
    migrate_all::<NoteOf3>(&store).await.expect("it is listed");

    let migrated = record(&store, "notes:a").expect("it is stored");
    assert!(migrated.revision > stored.revision);
    assert_eq!(migrated.kind, stored.kind);
    assert_eq!(migrated.expires_at, stored.expires_at);
    assert!(migrated.expires_at.is_some());
    let [mut before, mut after] = [&stored, &migrated].map(|record| {
        let json: Value = serde_json::from_str(&text(record)).expect("a record is JSON");
        let Value::Object(fields) = json else {
            panic!("a record is an object");
        };
        fields
    });
    assert_eq!(after.get("version"), Some(&3.into()));
    for changed in ["version", "number", "state", "checksum"] {
        assert_ne!(before.remove(changed), after.remove(changed), "{changed}");
    }
    assert_eq!(before, after);
}

// S3: a migrated record is no younger than it was: it expires when it would have
#[tokio::test(start_paused = true)]
async fn a_migrated_record_expires_as_before() {
    let (store, clock) = (AnyStore::new(), TestClock::new());
    leave_old(&store, &clock, &[("a", "one")]).await;
    tokio::time::sleep(5 * DAY).await;
    migrate_all::<NoteOf3>(&store).await.expect("it is listed");
    tokio::time::sleep(3 * DAY).await;
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let family = system.family::<NoteOf3>("notes").build().expect("a family");
    family.at("a").read().await.expect_err("it has expired");
    let age = event(&mut events, |event| match event {
        Event::Record {
            error: PersistenceError::Stale { age, .. },
            ..
        } => Some(age),
        _ => None,
    });
    assert_eq!(age.await.as_secs(), 8 * DAY.as_secs());
}

// S4: what cannot be migrated, saved, or does not pass the check, stays byte for byte
#[tokio::test(start_paused = true)]
async fn what_fails_is_left_as_it_was() {
    let store = AnyStore::new();
    let notes = [
        ("a", "fails"),
        ("b", "heavy"),
        ("c", "unwanted"),
        ("d", "good"),
    ];
    leave_old(&store, &TestClock::new(), &notes).await;
    let before = store.records();
    let report = migrate_all::<NoteOf3>(&store)
        .check(|note| match note.words.first() {
            Some(word) if word == "unwanted" => Err("unwanted"),
            _ => Ok(()),
        })
        .await
        .expect("it is listed");
    let failed = [
        ("notes:a".to_owned(), Cause::Migration),
        ("notes:b".to_owned(), Cause::Unencodable),
        ("notes:c".to_owned(), Cause::Check),
    ];
    assert_eq!(causes(&report), failed);
    assert_eq!(report.migrated, 1);
    let (mut before, mut after) = (texts(&before), texts(&store.records()));
    assert_ne!(before.remove("notes:d"), after.remove("notes:d"));
    assert_eq!(before, after, "and nothing was put aside");
}
