//! What a rehearsal finds, and that it leaves everything as it was.

use noex::persist::PersistenceError;
use noex::records::{Cause, Failure, verify};
use noex::testing::{Call, FaultyAdapter, TestClock};

use super::notes::{Lamp, NoteOf3, NoteOf4, Retyped, Richer};
use super::{causes, leave_old, note, of_three_releases};
use crate::any_store::AnyStore;
use crate::counter::{clocked, record};

/// Leaves what a new `S` is under this name of the family.
async fn leave<S>(store: &AnyStore, name: &str)
where
    S: noex::GenServer<Args = noex::Fresh<S>, Env = (), EnvGiven = noex::Given> + Default,
{
    let system = clocked(store.clone(), &TestClock::new());
    let family = system.family::<S>("notes").build().expect("a family");
    family.create(name, S::default).await.expect("it is new");
    system.shutdown().await.expect("all is saved");
}

// V1: every record is taken through its steps, and counted by the version it is stored in
#[tokio::test(start_paused = true)]
async fn records_are_counted_by_version() {
    let store = of_three_releases().await;
    let report = verify::<NoteOf3>(&store).await.expect("it is listed");
    assert!(report.is_sound(), "{report}");
    let versions = [1, 2, 3, 4].map(|version| report.of_version(version));
    assert_eq!(versions, [2, 1, 1, 0]);
    assert_eq!((report.looked_at, report.keys, report.outdated), (4, 4, 3));
    assert_eq!((report.migrated, report.live, report.overtaken), (0, 0, 0));
    assert_eq!(report.done_up_to, Some(note("d")));
}

// V3, S4: a rehearsal writes nothing and claims nothing, whatever it finds
#[tokio::test(start_paused = true)]
async fn nothing_is_written() {
    let store = of_three_releases().await;
    leave_old(&store, &TestClock::new(), &[("e", "fails")]).await;
    leave::<NoteOf4>(&store, "f").await;
    let before = store.records();
    let faulty = FaultyAdapter::new(store.clone());
    let report = verify::<NoteOf3>(&faulty).await.expect("it is listed");
    assert!(!report.is_sound(), "{report}");
    for call in [Call::Write, Call::Claim, Call::Release, Call::Close] {
        assert_eq!(faulty.calls(call), 0, "{call:?}");
    }
    assert_eq!(faulty.loads(), 6);
    assert_eq!(store.records(), before);
}

// V1, V3, A4: what is wrong with a record is told with its key, each mistake by its own name
#[tokio::test(start_paused = true)]
async fn mistakes_are_told_apart() {
    let clock = TestClock::new();
    let store = AnyStore::new();
    let old = [
        ("damaged", "whole"),
        ("fails", "fails"),
        ("heavy", "heavy"),
        ("panics", "panics"),
        ("sound", "sound"),
    ];
    leave_old(&store, &clock, &old).await;
    leave::<NoteOf4>(&store, "newer").await;
    leave::<Richer>(&store, "richer").await;
    let system = clocked(store.clone(), &clock);
    let retyped = system.family::<Retyped>("notes").build().expect("a family");
    let numbers = retyped.create("typed", Retyped::default).await;
    let numbers = numbers.expect("it is new");
    numbers.append("7".to_owned()).await.expect("it answers");
    system.shutdown().await.expect("all is saved");
    leave::<Lamp>(&store, "zlamp").await;
    let mut records = store.records();
    let damaged = records.get_mut("notes:damaged").expect("it is stored");
    let text = crate::counter::text(damaged).replace("whole", "hole!");
    damaged.bytes = text.into();
    let store: AnyStore = records.into_iter().collect();

    let report = verify::<NoteOf3>(&store).prefix("notes:").await;
    let report = report.expect("it is listed");
    let expected = [
        ("damaged", Cause::Damaged),
        ("fails", Cause::Migration),
        ("heavy", Cause::Unencodable),
        ("newer", Cause::Newer),
        ("panics", Cause::Migration),
        ("richer", Cause::UnknownFields),
        ("typed", Cause::Undecodable),
        ("zlamp", Cause::OtherKind),
    ];
    let expected = expected.map(|(name, cause)| (note(name).to_string(), cause));
    assert_eq!(causes(&report), expected);
    assert_eq!(report.failed.get(&Cause::Migration), Some(&2));
    assert_eq!(report.of_version(1), 4, "the damaged one is of none");
    assert_eq!(report.outdated, 1);

    let told: Vec<_> = report
        .failures
        .iter()
        .map(|failure| noex::Chain(failure).to_string())
        .collect();
    assert!(told[1].contains("told to fail"), "{told:?}");
    assert!(told[4].contains("told to panic"), "{told:?}");
    assert!(told[5].contains("colour"), "{told:?}");
    let Failure::Record(PersistenceError::NewerVersion { found, known, .. }) = &report.failures[3]
    else {
        panic!("{told:?}");
    };
    assert_eq!((*found, *known), (4, 3));
}

#[tokio::test(start_paused = true)]
async fn only_so_many_failures_are_kept() {
    let store = AnyStore::new();
    let notes = [("a", "fails"), ("b", "fails"), ("c", "fails")];
    leave_old(&store, &TestClock::new(), &notes).await;
    let report = verify::<NoteOf3>(&store).keep_failures(2).await;
    let report = report.expect("it is listed");
    let kept = [note("a"), note("b")].map(|key| (key.to_string(), Cause::Migration));
    assert_eq!(causes(&report), kept);
    assert_eq!(report.failed.get(&Cause::Migration), Some(&3));
    assert!(report.to_string().contains(".. and 1 more"), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_check_sees_every_state() {
    let store = of_three_releases().await;
    let mut seen = Vec::new();
    let report = verify::<NoteOf3>(&store)
        .check(|note| {
            seen.push(note.words.join(" "));
            assert!(note.words != ["two"], "an odd number");
            if note.words.len() == 2 {
                return Err("too long");
            }
            Ok(())
        })
        .await
        .expect("it is listed");
    assert_eq!(seen, ["one", "one two", "two", "new"]);
    let refused = [note("b"), note("c")].map(|key| (key.to_string(), Cause::Check));
    assert_eq!(causes(&report), refused);
    let told = report.failures.iter().map(ToString::to_string);
    let expected = [
        "the state of `notes:b` does not pass the check: too long",
        "the state of `notes:c` does not pass the check: it panicked: an odd number",
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert_eq!(report.outdated, 1, "what was refused is not to be written");
}

// P12: what could not be saved in today's form is found, though it loads
#[tokio::test(start_paused = true)]
async fn what_cannot_be_saved_is_found() {
    let store = AnyStore::new();
    leave_old(&store, &TestClock::new(), &[("a", "heavy")]).await;
    let report = verify::<NoteOf3>(&store).await.expect("it is listed");
    let Some(Failure::Record(PersistenceError::Encode { key, .. })) = report.failures.first()
    else {
        panic!("{report}");
    };
    assert_eq!(*key, note("a"));
    assert!(record(&store, "notes:a").is_some());
}
