//! A store that fails on the way.

use noex::PersistenceError;
use noex::prelude::*;
use noex::records::{Cause, Failure, migrate_all, verify};
use noex::store::{Abilities, Key, Loaded, Page, Query, StoreError, Write};
use noex::testing::{Call, Fault, FaultyAdapter, TestClock};

use super::notes::NoteOf3;
use super::{causes, leave_old, note};
use crate::any_store::AnyStore;

const NOTES: [(&str, &str); 6] = [
    ("a", "one"),
    ("b", "two"),
    ("c", "three"),
    ("d", "four"),
    ("e", "five"),
    ("f", "six"),
];

async fn old_notes() -> (FaultyAdapter<AnyStore>, AnyStore) {
    let store = AnyStore::new();
    leave_old(&store, &TestClock::new(), &NOTES).await;
    (FaultyAdapter::new(store.clone()), store)
}

#[tokio::test(start_paused = true)]
async fn without_a_list_nothing_is_done() {
    let (faulty, store) = old_notes().await;
    let before = store.records();
    faulty.next(Call::List, Fault::Rejected);
    let error = migrate_all::<NoteOf3>(&faulty).await.expect_err("no list");
    assert!(matches!(error, StoreError::Rejected { .. }), "{error}");
    assert_eq!((faulty.loads(), faulty.writes()), (0, 0));
    assert_eq!(store.records(), before);
}

// A3, P7: a failed write leaves its record, a write without an answer is looked for, and the rest goes on
#[tokio::test(start_paused = true)]
async fn failed_writes_are_told_and_done_by_the_next_pass() {
    let (faulty, store) = old_notes().await;
    let whole: AnyStore = store.records().into_iter().collect();
    migrate_all::<NoteOf3>(&whole).await.expect("it is listed");

    faulty.next(Call::Write, Fault::AnsweredTooLate);
    faulty.next(Call::Write, Fault::Doubled);
    faulty.next(Call::Write, Fault::Rejected);
    faulty.next(Call::Write, Fault::Lost);
    let report = migrate_all::<NoteOf3>(&faulty).await.expect("it is listed");
    assert_eq!((report.outdated, report.migrated), (6, 4), "{report}");
    let failed = [note("c"), note("d")].map(|key| (key.to_string(), Cause::Store));
    assert_eq!(causes(&report), failed);
    assert!(!report.is_sound());
    assert_eq!(
        report.done_up_to,
        Some(note("b")),
        "so that none is left out"
    );
    let late = faulty.deliver().await;
    assert!(late.iter().all(Result::is_err), "{late:?}");

    let after = report.done_up_to.expect("it said so");
    let report = migrate_all::<NoteOf3>(&faulty).after(after).await;
    let report = report.expect("it is listed");
    assert!(report.is_sound(), "{report}");
    assert_eq!((report.looked_at, report.migrated), (4, 2));
    assert_eq!(store.records(), whole.records());
}

#[tokio::test(start_paused = true)]
async fn a_record_that_is_not_read_is_told_and_the_rest_goes_on() {
    let (faulty, _) = old_notes().await;
    faulty.next(Call::Load, Fault::Doubled);
    faulty.next(Call::Load, Fault::Lost);
    let report = verify::<NoteOf3>(&faulty).await.expect("it is listed");
    let Some(Failure::Record(PersistenceError::Store { key, .. })) = report.failures.first() else {
        panic!("{report}");
    };
    assert_eq!(*key, note("b"));
    assert_eq!((report.looked_at, report.outdated), (6, 5));
    assert_eq!(report.done_up_to, Some(note("a")));
    assert!(report.gave_up.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_was_closed_ends_it() {
    let (faulty, store) = old_notes().await;
    let before = store.records();
    faulty.next(Call::Load, Fault::Doubled);
    faulty.always(Call::Load, Fault::Fails(StoreError::Closed));
    faulty.always(Call::Write, Fault::Fails(StoreError::Closed));
    let report = migrate_all::<NoteOf3>(&faulty).await.expect("it is listed");
    assert!(matches!(report.gave_up, Some(StoreError::Closed)));
    assert_eq!((report.looked_at, report.migrated), (2, 0));
    assert_eq!(report.done_up_to, None, "the write of `a` failed, too");
    assert!(!report.is_sound());
    let told = report.to_string();
    assert!(
        told.ends_with("given up before the end: the store is closed"),
        "{told}"
    );
    assert_eq!(store.records(), before);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_down_ends_it() {
    let store = AnyStore::new();
    let names: Vec<String> = (0..40).map(|number| format!("{number:02}")).collect();
    let notes: Vec<_> = names.iter().map(|name| (&**name, "text")).collect();
    leave_old(&store, &TestClock::new(), &notes).await;
    let faulty = FaultyAdapter::new(store);
    faulty.always(Call::Load, Fault::Lost);
    let report = verify::<NoteOf3>(&faulty).await.expect("it is listed");
    assert_eq!(report.looked_at, 16);
    assert!(report.gave_up.is_some());
}

/// A store that knows of no claims, and so of no live servers.
struct Plain(AnyStore, Abilities);

impl StorageAdapter for Plain {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        self.0.load(key).await
    }

    async fn write(&self, write: Write) -> Result<(), StoreError> {
        self.0.write(write).await
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        self.0.list(query).await
    }

    fn abilities(&self) -> Abilities {
        self.1.clone()
    }
}

// A3: where live servers cannot be told, nothing is written unless somebody vouches for it that there are none
#[tokio::test(start_paused = true)]
async fn a_store_without_claims_asks_for_quiet() {
    let (_, store) = old_notes().await;
    let plain = Plain(store.clone(), Abilities::default());
    let before = store.records();
    let report = verify::<NoteOf3>(&plain).await.expect("it is listed");
    assert_eq!(report.outdated, 6);
    let error = migrate_all::<NoteOf3>(&plain).await.expect_err("no claims");
    assert!(error.to_string().contains("while_nothing_runs"), "{error}");
    assert_eq!(store.records(), before);
    let report = migrate_all::<NoteOf3>(&plain).while_nothing_runs().await;
    assert_eq!(report.expect("it is listed").migrated, 6);
}

// S4: what the store would not take in its new form is found before, and left as it is
#[tokio::test(start_paused = true)]
async fn a_record_that_becomes_too_large_is_found() {
    let (_, store) = old_notes().await;
    let before = store.records();
    let small = Plain(store.clone(), Abilities::default().max_record(200));
    let report = verify::<NoteOf3>(&small).await.expect("it is listed");
    assert_eq!(report.failed.get(&Cause::Store), Some(&6));
    let report = migrate_all::<NoteOf3>(&small).while_nothing_runs().await;
    let report = report.expect("it is listed");
    assert!(report.gave_up.is_none(), "each has its own size");
    assert_eq!((report.migrated, report.failures.len()), (0, 6));
    assert_eq!(store.records(), before);
}
