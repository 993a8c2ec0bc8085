//! When it is cleaned up: one janitor a store and kind, as long as somebody asks for it.

use noex::Event;
use noex::persist::PersistOptions;
use noex::prelude::*;
use noex::testing::{Call, FaultyAdapter, TestClock};

use super::{HOUR, MINUTE, aged, expiries, failures, family, leave};
use crate::any_store::AnyStore;
use crate::counter::{begin, clocked, pass, seconds, spec, system};

type Store = FaultyAdapter<AnyStore>;

fn lists(store: &Store) -> usize {
    store.calls(Call::List)
}

async fn lists_in(store: &Store, time: std::time::Duration) -> usize {
    let before = lists(store);
    pass(time).await;
    lists(store) - before
}

#[derive(Protocol)]
pub(super) enum OtherMsg {
    #[call]
    Touch,
}

#[derive(GenServer, Default)]
#[genserver(protocol = OtherMsg)]
#[persist(max_age = "1h", cleanup_interval = "10m")]
pub(super) struct Other {
    touched: bool,
}

#[handlers(OtherMsg)]
impl Other {
    fn touch(&mut self) {
        self.touched = true;
    }
}

// E1: one janitor for a kind, however many families and servers ask for it
#[tokio::test(start_paused = true)]
async fn a_kind_has_one_janitor() {
    begin();
    let store = Store::new(AnyStore::new());
    let system = system(store.clone());
    let (_one, two) = (
        family(&system, "one", aged()),
        family(&system, "two", aged()),
    );
    for number in 0..50 {
        let server = spec(&number.to_string()).persist(aged());
        system.start(server).await.expect("it starts");
        two.create(&number, number).await.expect("it is new");
    }
    assert_eq!(lists_in(&store, HOUR).await, 6);
    assert_eq!(lists_in(&store, 10 * HOUR).await, 60);
}

// E1: two kinds have two, each by its own interval
#[tokio::test(start_paused = true)]
async fn two_kinds_have_two_janitors() {
    begin();
    let store = Store::new(AnyStore::new());
    let system = system(store.clone());
    let _counters = family(&system, "counters", aged().cleanup_interval(20 * MINUTE));
    let others = system.family::<Other>("others").or_init(|_| Other::default);
    let others = others.build().expect("it is built");
    others.at("a").touch().await.expect("it is touched");
    assert_eq!(lists_in(&store, HOUR).await, 9);
}

// E1: nobody is cleaned up after who does not ask for it
#[tokio::test(start_paused = true)]
async fn without_an_interval_there_is_no_janitor() {
    begin();
    let store = Store::new(AnyStore::new());
    let system = system(store.clone());
    let family = family(&system, "counters", aged().cleanup_interval(None));
    family.create("a", 1).await.expect("it is new");
    assert_eq!(lists_in(&store, 10 * HOUR).await, 0);
}

// E1: of two intervals for one kind the shorter one counts, whichever came first, as long as it is asked for
#[tokio::test(start_paused = true)]
async fn the_shorter_interval_counts() {
    for shorter_first in [true, false] {
        begin();
        let store = Store::new(AnyStore::new());
        let system = system(store.clone());
        let start = async |name: &str, interval| {
            let options = aged().cleanup_interval(interval);
            let counter = system.start(spec(name).persist(options)).await;
            counter.expect("it starts")
        };
        let (long, short) = (20 * MINUTE, 5 * MINUTE);
        let quick = if shorter_first {
            let quick = start("short", short).await;
            start("long", long).await;
            quick
        } else {
            start("long", long).await;
            pass(seconds(1)).await;
            start("short", short).await
        };
        pass(5 * MINUTE).await;
        assert_eq!(lists_in(&store, HOUR).await, 12, "{shorter_first}");
        quick.stop().await.expect("it stops");
        pass(20 * MINUTE).await;
        assert_eq!(lists_in(&store, HOUR).await, 3, "{shorter_first}");
    }
}

// E1: servers that come and go do not make it come more often
#[tokio::test(start_paused = true)]
async fn coming_and_going_changes_nothing() {
    begin();
    let store = Store::new(AnyStore::new());
    let system = system(store.clone());
    let _one = family(&system, "one", aged());
    let before = lists(&store);
    for _ in 0..3600 {
        let counter = system.start(spec("a").persist(aged())).await;
        let counter = counter.expect("it starts");
        pass(seconds(1)).await;
        counter.stop().await.expect("it stops");
    }
    assert_eq!(lists(&store) - before, 6);
}

// E1: it ends when nobody asks any more, and comes back when somebody does
#[tokio::test(start_paused = true)]
async fn it_ends_with_the_last_who_asks() {
    begin();
    let store = Store::new(AnyStore::new());
    let system = system(store.clone());
    for _ in 0..3 {
        let counter = system.start(spec("a").persist(aged())).await;
        let counter = counter.expect("it starts");
        assert_eq!(lists_in(&store, HOUR).await, 6);
        counter.stop().await.expect("it stops");
        assert_eq!(lists_in(&store, 10 * HOUR).await, 0);
    }
}

// E1: it ends with its system, shut down or dropped
#[tokio::test(start_paused = true)]
async fn it_ends_with_its_system() {
    for shut_down in [true, false] {
        begin();
        let store = Store::new(AnyStore::new());
        let system = system(store.clone());
        let family = family(&system, "counters", aged());
        assert_eq!(lists_in(&store, HOUR).await, 6);
        if shut_down {
            system.shutdown().await.expect("all is saved");
            assert_eq!(lists_in(&store, 10 * HOUR).await, 0);
        } else {
            assert_eq!(lists_in(&store, HOUR).await, 6);
        }
        drop((system, family));
        assert_eq!(
            lists_in(&store, 10 * HOUR).await,
            if shut_down { 0 } else { 60 }
        );
    }
}

// E1: a shutdown in the middle of a round is no failure, and waits for nobody
#[tokio::test(start_paused = true)]
async fn a_shutdown_during_a_round_is_clean() {
    for call in [Call::List, Call::Load, Call::Write] {
        begin();
        let (store, clock) = (Store::new(AnyStore::new()), TestClock::new());
        leave(&store, &clock, &["a", "b"], aged()).await;
        pass(HOUR * 2).await;
        let system = clocked(store.clone(), &clock);
        let mut events = system.events();
        let _family = family(&system, "left", aged());
        let gate = store.hold(call);
        gate.has_waiting(1).await;
        system.shutdown().await.expect("nothing is unsaved");
        gate.open();
        store.heal();
        assert_eq!(lists_in(&store, 10 * HOUR).await, 0);
        assert!(failures(&mut events).is_empty(), "{call:?}");
    }
}

// E1: a round that takes longer than the interval is not joined by a second one
#[tokio::test(start_paused = true)]
async fn rounds_do_not_overlap() {
    begin();
    let store = Store::new(AnyStore::new());
    let system = system(store.clone());
    let family = family(&system, "counters", aged());
    let gate = store.hold(Call::List);
    gate.has_waiting(1).await;
    for number in 0..50 {
        let server = spec(&number.to_string()).persist(aged());
        system.start(server).await.expect("it starts");
        family.create(&number, number).await.expect("it is new");
        pass(MINUTE).await;
    }
    assert_eq!(lists(&store), 1);
    store.heal();
    gate.open();
    pass(seconds(1)).await;
    assert_eq!(lists_in(&store, HOUR).await, 6);
}

// E1: an interval of a month works, and a short one runs no round without a pause
#[tokio::test(start_paused = true)]
async fn intervals_of_any_length_work() {
    begin();
    let store = Store::new(AnyStore::new());
    let system = system(store.clone());
    let month = 720 * HOUR;
    let options = PersistOptions::new().max_age(2 * month);
    let _counters = family(&system, "counters", options.cleanup_interval(month));
    assert_eq!(lists_in(&store, 3 * month).await, 3);
    let mut events = system.events();
    assert!(expiries(&mut events).is_empty());
    while let Some(event) = events.try_next() {
        assert!(!matches!(event, Event::CleanupPaused { .. }));
    }
}
