//! A pass that was cut off and goes on, and one that takes its time.

use std::time::Duration;

use noex::records::{Progress, migrate_all, verify};
use noex::store::Key;
use noex::testing::{Call, Fault, FaultyAdapter, Gate, TestClock};

use super::notes::NoteOf3;
use super::{leave_old, note, of_three_releases};
use crate::any_store::AnyStore;
use crate::counter::seconds;

const NOTES: [(&str, &str); 5] = [
    ("a", "one"),
    ("b", "two"),
    ("c", "three"),
    ("d", "four"),
    ("e", "five"),
];

async fn old_notes() -> AnyStore {
    let store = AnyStore::new();
    leave_old(&store, &TestClock::new(), &NOTES).await;
    store
}

// V1: dropped in the middle and run again, it ends as if it had never been dropped
#[tokio::test(start_paused = true)]
async fn a_dropped_pass_goes_on() {
    let store = old_notes().await;
    let whole: AnyStore = store.records().into_iter().collect();
    migrate_all::<NoteOf3>(&whole).await.expect("it is listed");

    let mut told = Progress::default();
    let pass = migrate_all::<NoteOf3>(&store)
        .rate(1)
        .on_progress(|progress| told = progress.clone());
    let cut_off = tokio::time::timeout(Duration::from_millis(2500), pass.into_future()).await;
    cut_off.expect_err("three of five are done");
    assert_eq!((told.done, told.total, told.migrated), (3, 5, 3));
    assert_eq!(told.done_up_to, Some(note("c")));
    assert_ne!(store.records(), whole.records());

    let done_up_to = told.done_up_to.expect("it said so");
    let report = migrate_all::<NoteOf3>(&store).after(done_up_to).await;
    let report = report.expect("it is listed");
    assert_eq!((report.looked_at, report.migrated), (2, 2));
    assert_eq!(report.done_up_to, Some(note("e")));
    assert_eq!(store.records(), whole.records());
}

// V1, A3: dropped while the store writes, each record is as it was or migrated
#[tokio::test(start_paused = true)]
async fn dropped_while_it_writes_nothing_is_torn() {
    let store = old_notes().await;
    let whole: AnyStore = store.records().into_iter().collect();
    migrate_all::<NoteOf3>(&whole).await.expect("it is listed");

    let faulty = FaultyAdapter::new(store.clone());
    let gate = Gate::new();
    faulty.next(Call::Write, Fault::Doubled);
    faulty.next(Call::Write, Fault::AnswerHeld(gate.clone()));
    let cut_off = {
        let faulty = faulty.clone();
        tokio::spawn(async move { migrate_all::<NoteOf3>(&faulty).await })
    };
    gate.has_waiting(1).await;
    cut_off.abort();
    assert!(cut_off.await.expect_err("it is cut off").is_cancelled());
    faulty.heal();
    faulty.deliver().await;

    let report = verify::<NoteOf3>(&store).await.expect("it is listed");
    assert!(report.is_sound(), "{report}");
    assert_eq!((report.of_version(1), report.of_version(3)), (3, 2));
    let report = migrate_all::<NoteOf3>(&store).await.expect("it is listed");
    assert_eq!(report.migrated, 3);
    assert_eq!(store.records(), whole.records());
}

/// The keys need not be there any more, nor be of the family.
#[tokio::test(start_paused = true)]
async fn it_goes_on_after_any_key() {
    let store = old_notes().await;
    for (after, left) in [("notes:", 5), ("notes:bb", 3), ("notes:e", 0), ("zebra", 0)] {
        let after = Key::new(after).expect("a key");
        let report = verify::<NoteOf3>(&store).after(after.clone()).await;
        let report = report.expect("it is listed");
        assert_eq!(report.looked_at, left, "{after}");
        let last = if left == 0 { after } else { note("e") };
        assert_eq!(report.done_up_to, Some(last));
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_kept() {
    let store = old_notes().await;
    let report = verify::<NoteOf3>(&store).await.expect("it is listed");
    assert_eq!(report.took, Duration::ZERO, "time is paused");
    for (rate, took) in [(1, seconds(4)), (2, seconds(2)), (10, seconds(4) / 10)] {
        let report = verify::<NoteOf3>(&store).rate(rate).await;
        assert_eq!(report.expect("it is listed").took, took, "{rate}");
    }
    let report = migrate_all::<NoteOf3>(&store).rate(1).await;
    let report = report.expect("it is listed");
    assert_eq!((report.took, report.migrated), (seconds(4), 5));
}

/// What a slow store has cost is made up for only within bounds.
#[tokio::test(start_paused = true)]
async fn a_stall_causes_no_burst() {
    let faulty = FaultyAdapter::new(old_notes().await);
    let gate = Gate::new();
    faulty.next(Call::Load, Fault::AnswerHeld(gate.clone()));
    let passing = tokio::spawn(async move { verify::<NoteOf3>(&faulty).rate(1).await });
    gate.has_waiting(1).await;
    tokio::time::sleep(seconds(60)).await;
    gate.open();
    let report = passing.await.expect("no panic").expect("it is listed");
    assert!(report.took > seconds(62), "{:?}", report.took);
}

#[tokio::test(start_paused = true)]
async fn progress_is_told_from_the_beginning_to_the_end() {
    let store = of_three_releases().await;
    let mut told = Vec::new();
    migrate_all::<NoteOf3>(&store)
        .on_progress(|progress| told.push((progress.done, progress.total, progress.migrated)))
        .await
        .expect("it is listed");
    assert_eq!(told, [(0, 4, 0), (4, 4, 3)]);
}
