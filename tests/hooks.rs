//! What hooks are given, and what their failures do.

use std::cell::RefCell;

use noex::prelude::*;
use noex::store::Revision;
use noex::testing::{Call, Fault, FaultyAdapter};
use noex::{CheckpointError, Event, PersistenceError};

use crate::any_store::AnyStore;
use crate::counter::{
    Does, begin, calls, clocked, errors, event, pass, record, seconds, spec, system, tell, untell,
};

thread_local! {
    static GIVEN: RefCell<Vec<(&'static str, Revision)>> = const { RefCell::new(Vec::new()) };
}

#[derive(Protocol)]
enum WitnessMsg {
    #[call]
    Change,
}

/// Notes the revisions its hooks are given, and stores something else than it holds.
#[derive(GenServer, Default)]
#[genserver(protocol = WitnessMsg)]
#[persist(
    before_persist = Witness::before_persist, after_persist = Witness::after_persist,
    on_restore = Witness::on_restore
)]
struct Witness {
    changes: u32,
    secret: String,
    #[persist(skip)]
    saves: u32,
}

impl Witness {
    fn before_persist(&self) -> Persist<Stored<Self>> {
        Persist::Changed(Stored::<Self> {
            secret: "left out".to_owned(),
            ..self.to_stored()
        })
    }

    fn after_persist(&mut self, meta: &RecordMeta) {
        self.saves += 1;
        note("after_persist", meta);
    }

    fn on_restore(&mut self, meta: &RecordMeta) -> Result<(), &'static str> {
        note("on_restore", meta);
        if self.secret == "left out" {
            Ok(())
        } else {
            Err("the secret was stored")
        }
    }
}

fn note(hook: &'static str, meta: &RecordMeta) {
    GIVEN.with_borrow_mut(|given| given.push((hook, meta.revision)));
}

#[handlers(WitnessMsg)]
impl Witness {
    fn change(&mut self) {
        self.changes += 1;
        self.secret = format!("told to nobody {} times", self.saves);
    }
}

// H1: `after_persist` and `on_restore` are given the metadata of the record that is stored
#[tokio::test(start_paused = true)]
async fn hooks_are_given_the_stored_records_metadata() {
    GIVEN.take();
    let store = AnyStore::new();
    let before = system(store.clone());
    let witness = before
        .start(Witness::spec(Witness::default).name("a"))
        .await;
    let witness = witness.expect("it starts");
    witness.change().await.expect("it changes");
    witness.checkpoint().await.expect("it is saved");
    let saved = record(&store, "a").expect("it is stored").revision;
    assert_eq!(GIVEN.take(), [("after_persist", saved)]);
    before.shutdown().await.expect("it saves");

    let after = system(store.clone());
    let witness = after.start(Witness::spec(Witness::default).name("a")).await;
    witness.expect("its hook found what it stored");
    assert_eq!(GIVEN.take(), [("on_restore", saved)]);
}

// H1, H4: what `before_persist` leaves out is in no record
#[tokio::test(start_paused = true)]
async fn what_is_left_out_is_in_no_record() {
    let store = AnyStore::new();
    let system = system(store.clone());
    let witness = system
        .start(Witness::spec(Witness::default).name("a"))
        .await;
    let witness = witness.expect("it starts");
    witness.change().await.expect("it changes");
    witness.checkpoint().await.expect("it is saved");
    let text = crate::counter::text(&record(&store, "a").expect("it is stored"));
    assert!(text.contains("left out"), "{text}");
    assert!(!text.contains("told to nobody"), "{text}");
}

// H1: a record that has expired is not decoded, and no `on_restore` runs
#[tokio::test(start_paused = true)]
async fn an_expired_record_meets_no_hook() {
    let store = crate::counter::stored("a", 5).await;
    let clock = noex::testing::TestClock::new();
    clock.set_forward(seconds(3_600));
    let system = clocked(store, &clock);
    let limited = noex::persist::PersistOptions::new().max_age(seconds(60));
    let start = system.start(spec("a").persist(limited)).await;
    start.expect("it starts afresh");
    assert_eq!(calls(), ["init", "on_start"]);
}

// H2: a `before_persist` that panics fails the save, reported once, and leaves the state as it was
#[tokio::test(start_paused = true)]
async fn a_panicking_before_persist_fails_the_save() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    tell("before_persist", Does::Panic);
    pass(seconds(60)).await;
    let [PersistenceError::Hook { hook, .. }] = &*errors() else {
        panic!("reported once");
    };
    assert_eq!(*hook, "before_persist");
    assert_eq!(counter.add(1).await, Ok(1));
    assert!(counter.status().await.expect("it answers").degraded);
    untell("before_persist");
    pass(seconds(60)).await;
    assert!(!counter.status().await.expect("it answers").degraded);
    assert_eq!(crate::counter::total_in(&store, "a"), Some(1));
}

// H1, T7: a panic in `after_persist` is a crash like one in a handler; the record is there
#[tokio::test(start_paused = true)]
async fn a_panicking_after_persist_is_a_crash() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let mut events = system.events();
    let start = system
        .start(Fragile::spec(Fragile::default).name("a"))
        .await;
    let fragile = start.expect("it starts");
    fragile.checkpoint().await.expect("it was saved before");
    let message = event(&mut events, |event| match event {
        Event::Crashed { message, .. } => Some(message),
        _ => None,
    });
    assert_eq!(&*message.await, "after_persist was told to panic");
    assert!(record(&store, "a").is_some());
    let Err(CheckpointError::Call(error)) = fragile.checkpoint().await else {
        panic!("it has ended");
    };
    assert_eq!(error, CallError::NotRunning);
}

// H1, H3: one at the last save is told, too, and the stop saves all the same
#[tokio::test(start_paused = true)]
async fn a_panicking_after_persist_at_the_end_is_told() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let mut events = system.events();
    let start = system
        .start(Fragile::spec(Fragile::default).name("a"))
        .await;
    start.expect("it starts").stop().await.expect("it is saved");
    let told = event(&mut events, |event| match event {
        Event::Record { error, .. } => Some(error),
        _ => None,
    });
    let PersistenceError::Hook { hook, message, .. } = told.await else {
        panic!("a hook has failed");
    };
    assert_eq!(hook, "after_persist");
    assert_eq!(message, "after_persist was told to panic");
    assert!(record(&store, "a").is_some());
}

// H3: `on_error` is called once per failure, and its own panic harms nobody
#[tokio::test(start_paused = true)]
async fn on_error_is_called_once_per_failure() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    tell("on_error", Does::Panic);
    for failure in 1..=3 {
        counter.add(1).await.expect("it goes on");
        store.next(Call::Write, Fault::Rejected);
        counter.checkpoint().await.expect_err("it was told so");
        assert_eq!(errors().len(), 1, "failure {failure}");
        pass(seconds(1)).await;
        assert!(errors().is_empty());
    }
    assert_eq!(crate::counter::total_in(store.inner(), "a"), Some(3));
}

#[derive(Protocol)]
enum FragileMsg {
    #[call(u32)]
    Saves,
}

#[derive(GenServer, Default)]
#[genserver(protocol = FragileMsg)]
#[persist(after_persist = Fragile::after_persist)]
struct Fragile {
    saves: u32,
}

impl Fragile {
    fn after_persist(&mut self, _meta: &RecordMeta) {
        self.saves += 1;
        panic!("after_persist was told to panic");
    }
}

#[handlers(FragileMsg)]
impl Fragile {
    fn saves(&self) -> u32 {
        self.saves
    }
}
