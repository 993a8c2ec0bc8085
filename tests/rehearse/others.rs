//! What is not of the kind, or is somebody's just now.

use noex::prelude::*;
use noex::records::{Cause, migrate_all, verify};
use noex::store::{Record, Write};
use noex::testing::{Call, Fault, FaultyAdapter, Gate, TestClock};

use super::notes::{Lamp, NoteOf1, NoteOf3};
use super::{causes, leave_old, note, of_three_releases, read};
use crate::any_store::AnyStore;
use crate::counter::{clocked, key, record, text};

/// A lamp beside the notes, in the family of this name.
async fn leave_lamp(store: &AnyStore, family: &'static str) {
    let system = clocked(store.clone(), &TestClock::new());
    let lamps = system.family::<Lamp>(family).build().expect("a family");
    lamps.create("x", Lamp::default).await.expect("it is new");
    system.shutdown().await.expect("all is saved");
}

#[tokio::test(start_paused = true)]
async fn other_kinds_are_counted_and_left_alone() {
    let store = of_three_releases().await;
    leave_lamp(&store, "lamps").await;
    let lamp = record(&store, "lamps:x");
    let report = migrate_all::<NoteOf3>(&store).await.expect("it is listed");
    assert!(report.is_sound(), "{report}");
    assert_eq!(report.other_kinds.get("lamp"), Some(&1));
    assert_eq!((report.looked_at, report.migrated), (5, 3));
    assert_eq!(record(&store, "lamps:x"), lamp);
}

#[tokio::test(start_paused = true)]
async fn a_prefix_leaves_the_others_out() {
    let store = of_three_releases().await;
    leave_lamp(&store, "lamps").await;
    let report = verify::<NoteOf3>(&store).prefix("notes:").await;
    let report = report.expect("it is listed");
    assert_eq!((report.keys, report.other_kinds.len()), (4, 0));
    let report = verify::<NoteOf3>(&store).prefix("lamps:").await;
    let report = report.expect("it is listed");
    let lamp = ("lamps:x".to_owned(), Cause::OtherKind);
    assert_eq!(causes(&report), [lamp]);
}

/// Its kind is not `note`: as if somebody had renamed the type.
#[tokio::test(start_paused = true)]
async fn a_kind_that_was_lost_is_seen() {
    let store = of_three_releases().await;
    let report = verify::<Lamp>(&store).await.expect("it is listed");
    assert_eq!(report.other_kinds.get("note"), Some(&4));
    assert!(report.to_string().starts_with("0 records of `lamp`"));
}

#[tokio::test(start_paused = true)]
async fn what_was_put_aside_is_passed_over() {
    let store = of_three_releases().await;
    let aside = record(&store, "notes:a").expect("it is stored");
    let copy = key(":quarantine:notes:a@1.1");
    let write = Write::put(copy.clone(), None, aside.clone());
    store.write(write).await.expect("it is written");
    let report = migrate_all::<NoteOf3>(&store).await.expect("it is listed");
    assert_eq!((report.looked_at, report.migrated), (4, 3));
    let left = store.records().remove(&copy).map(|copy| copy.bytes);
    assert_eq!(left, Some(aside.bytes));
}

// A3: a live server's record is left to it, and its next save is taken
#[tokio::test(start_paused = true)]
async fn a_live_server_is_left_alone() {
    let store = of_three_releases().await;
    let before = record(&store, "notes:a");
    let system = clocked(store.clone(), &TestClock::new());
    let family = system.family::<NoteOf3>("notes").build().expect("a family");
    let live = family.at("a");
    live.append("more".to_owned()).await.expect("it loads");

    let report = migrate_all::<NoteOf3>(&store).await.expect("it is listed");
    assert!(report.is_sound(), "{report}");
    assert_eq!((report.outdated, report.migrated, report.live), (3, 2, 1));
    assert_eq!(record(&store, "notes:a"), before);

    live.checkpoint().await.expect("it is not fenced");
    system.shutdown().await.expect("all is saved");
    assert_eq!(read(&store, &["a"]).await, ["one more (1.5)"]);
}

/// Lets `meanwhile` happen between the load and the write of the record of `a`.
async fn between<T>(
    store: &AnyStore,
    meanwhile: impl AsyncFnOnce() -> T,
) -> (noex::records::Report, T) {
    let faulty = FaultyAdapter::new(store.clone());
    let gate = Gate::new();
    faulty.next(Call::Load, Fault::AnswerHeld(gate.clone()));
    let passing = tokio::spawn(async move { migrate_all::<NoteOf3>(&faulty).await });
    gate.has_waiting(1).await;
    let kept = meanwhile().await;
    gate.open();
    let report = passing.await.expect("no panic").expect("it is listed");
    (report, kept)
}

async fn old_note() -> AnyStore {
    let store = AnyStore::new();
    leave_old(&store, &TestClock::new(), &[("a", "one")]).await;
    store
}

// A3: who saved meanwhile has won
#[tokio::test(start_paused = true)]
async fn who_was_faster_has_won() {
    let store = old_note().await;
    let (report, saved) = between(&store, async || {
        let system = clocked(store.clone(), &TestClock::new());
        let family = system.family::<NoteOf1>("notes").build().expect("a family");
        let old = family.at("a");
        old.append(" and more".to_owned()).await.expect("it loads");
        system.shutdown().await.expect("all is saved");
        record(&store, "notes:a")
    })
    .await;
    assert!(report.is_sound(), "{report}");
    assert_eq!((report.migrated, report.overtaken), (0, 1));
    assert_eq!(record(&store, "notes:a"), saved);
}

// A3: who deleted it meanwhile, too: nothing comes back
#[tokio::test(start_paused = true)]
async fn what_was_deleted_meanwhile_stays_deleted() {
    let store = old_note().await;
    let (report, ()) = between(&store, async || {
        let system = clocked(store.clone(), &TestClock::new());
        let family = system.family::<NoteOf1>("notes").build().expect("a family");
        assert!(family.delete("a").await.expect("it is deleted"));
        system.shutdown().await.expect("all is saved");
    })
    .await;
    assert_eq!((report.migrated, report.overtaken), (0, 1));
    assert!(store.is_empty());
}

// A3: a server that started meanwhile, and has written nothing yet, holds the key
#[tokio::test(start_paused = true)]
async fn who_has_claimed_meanwhile_holds_it() {
    let store = old_note().await;
    let before = record(&store, "notes:a");
    let system = clocked(store.clone(), &TestClock::new());
    let family = system.family::<NoteOf3>("notes").build().expect("a family");
    let (report, live) = between(&store, async || {
        let live = family.at("a");
        live.append("more".to_owned()).await.expect("it loads");
        live
    })
    .await;
    assert_eq!((report.migrated, report.live), (0, 1));
    assert_eq!(record(&store, "notes:a"), before);
    live.checkpoint().await.expect("it is not fenced");
    system.shutdown().await.expect("all is saved");
}

// A3: a write that comes late finds the server's claim, and changes nothing
#[tokio::test(start_paused = true)]
async fn a_late_write_changes_nothing() {
    let store = old_note().await;
    let faulty = FaultyAdapter::new(store.clone());
    faulty.next(Call::Write, Fault::Delayed);
    let report = migrate_all::<NoteOf3>(&faulty).await.expect("it is listed");
    assert_eq!(causes(&report), [(note("a").to_string(), Cause::Store)]);

    let system = clocked(store.clone(), &TestClock::new());
    let family = system.family::<NoteOf3>("notes").build().expect("a family");
    let live = family.at("a");
    live.append("more".to_owned()).await.expect("it loads");
    let late = faulty.deliver().await;
    assert!(late.iter().all(Result::is_err), "{late:?}");
    live.checkpoint().await.expect("it is not fenced");
    system.shutdown().await.expect("all is saved");
    let late: Option<Record> = record(&store, "notes:a");
    assert!(late.is_some_and(|record| text(&record).contains("\"more\"")));
}
