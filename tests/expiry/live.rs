//! A live server that no client asks anything: it ends, and its record is deleted.

use noex::ExitReason;
use noex::persist::PersistOptions;
use noex::prelude::*;
use noex::testing::{FaultyAdapter, Gate};
use tokio::time::Instant;

use super::{HOUR, MAX_IDLE, MINUTE, ended, expired, family, idle, is_idle, open_family};
use crate::any_store::AnyStore;
use crate::counter::{begin, calls, errors, key, pass, seconds, spec, system, total_in};

// E4, E3: after `max_idle` without a message a server ends as by a stop, its record is deleted, and that is told
#[tokio::test(start_paused = true)]
async fn an_idle_server_ends_and_its_record_is_deleted() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let mut events = system.events();
    let family = family(&system, "counters", idle());
    let counter = family.create("a", 5).await.expect("it is new");
    pass(10 * MINUTE).await;
    let last = Instant::now();
    assert_eq!(counter.add(1).await, Ok(6));
    let reason = expired(&mut events).await;
    assert!(
        is_idle(&reason, &key("counters:a"), MAX_IDLE, MAX_IDLE),
        "{reason:?}"
    );
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert_eq!(last.elapsed(), MAX_IDLE);
    assert!(store.is_empty());
    assert_eq!(
        calls().iter().filter(|call| *call == "terminate").count(),
        1
    );
    assert_eq!(family.live(), 0);
    assert!(errors().is_empty(), "an expiry is no failure");

    assert_eq!(counter.total().await, Err(CallError::NotStored));
    let counter = family.create("a", 1).await.expect("it is gone");
    assert_eq!(counter.total().await, Ok(1));
}

// E4: with `or_init`, the next call makes a new state
#[tokio::test(start_paused = true)]
async fn the_next_call_makes_a_new_state() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let mut events = system.events();
    let family = open_family(&system, "counters", idle());
    for _ in 0..3 {
        assert_eq!(family.at("a").add(1).await, Ok(1));
        assert_eq!(ended(&mut events).await, ExitReason::Expired);
        assert!(store.is_empty());
    }
}

// E4: a server that stands alone expires, too, and gives name and key back
#[tokio::test(start_paused = true)]
async fn a_server_of_its_own_expires() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    let limited = || spec("a").persist(idle());
    let counter = system.start(limited()).await.expect("it starts");
    counter.add(3).await.expect("it adds");
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert_eq!(counter.total().await, Err(CallError::NotRunning));
    let again = system
        .start(limited())
        .await
        .expect("name and key are free");
    assert_eq!(again.total().await, Ok(0));
    assert!(errors().is_empty(), "there was no record");
}

// E4: a state that was never saved expires without a word of trouble
#[tokio::test(start_paused = true)]
async fn a_state_that_was_never_saved_expires() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let mut events = system.events();
    crate::counter::tell("before_persist", crate::counter::Does::Skip);
    let counter = system.start(spec("a").persist(idle())).await;
    counter.expect("it starts").add(1).await.expect("it adds");
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert!(store.inner().is_empty() && errors().is_empty());
}

// E4: every message of a client puts it off: a read, a cast, a call
#[tokio::test(start_paused = true)]
async fn messages_of_clients_count() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    let family = open_family(&system, "counters", idle());
    let counter = family.at("a");
    for _ in 0..5 {
        counter.add(1).await.expect("it adds");
        pass(29 * MINUTE).await;
        counter.total().await.expect("it reads");
        pass(29 * MINUTE).await;
        counter.tell(1).await.expect("it is queued");
        pass(29 * MINUTE).await;
    }
    let pending = counter.total().try_send().expect("there is room");
    let last = Instant::now();
    assert_eq!(pending.await, Ok(10));
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert_eq!(last.elapsed(), MAX_IDLE);
}

// E4: a status, a checkpoint and a look at the record are no activity
#[tokio::test(start_paused = true)]
async fn looking_at_a_server_does_not_count() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    let family = open_family(&system, "counters", idle());
    let counter = family.at("a");
    counter.add(1).await.expect("it adds");
    let last = Instant::now();
    for _ in 0..29 {
        pass(MINUTE).await;
        counter.status().await.expect("it answers");
        counter.checkpoint().await.expect("it is saved");
        family.peek("a").await.expect("it is sound");
    }
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert_eq!(last.elapsed(), MAX_IDLE);
}

#[derive(Protocol)]
enum BeatMsg {
    #[call]
    Begin,
    #[info]
    Beat,
}

#[derive(GenServer, Default)]
#[genserver(protocol = BeatMsg)]
#[persist(interval = "1m", max_idle = "30m")]
struct Heart {
    beats: u32,
}

#[handlers(BeatMsg)]
impl Heart {
    fn begin(&mut self, cx: &mut Cx<Self>) {
        self.beats = 0;
        cx.send_interval(seconds(1), || BeatMsg::Beat);
        cx.send_after(29 * MINUTE, BeatMsg::Beat);
    }

    fn beat(&mut self) {
        self.beats += 1;
    }
}

// E4, P4: a server's own timers do not count: what they change is saved, and no activity is noted with it
#[tokio::test(start_paused = true)]
async fn own_timers_do_not_count() {
    let store = AnyStore::new();
    let clock = noex::testing::TestClock::new();
    let system = crate::counter::clocked(store.clone(), &clock);
    let mut events = system.events();
    let family = system.family::<Heart>("hearts").or_init(|_| Heart::default);
    let family = family.build().expect("it is built");
    let (begun, active_at) = (Instant::now(), clock.now());
    family.at("a").begin().await.expect("it begins");
    for _ in 0..14 {
        pass(2 * MINUTE).await;
        let stored = family.peek("a").await.expect("it is sound");
        let stored = stored.expect("it is stored");
        assert_eq!(stored.active_at, active_at);
        assert!(stored.saved_at + MINUTE + seconds(1) >= clock.now());
    }
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert_eq!(begun.elapsed(), MAX_IDLE);
    pass(HOUR).await;
    assert!(store.is_empty(), "no tick brings it back");
}

// E4, E5: an unanswered deferred reply keeps a server up, and is answered
#[tokio::test(start_paused = true)]
async fn unanswered_replies_keep_a_server_up() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    let family = open_family(&system, "counters", idle());
    let counter = family.at("a");
    let waiting = counter.wait().timeout(10 * HOUR).owned();
    let waiting = tokio::spawn(waiting);
    pass(3 * HOUR).await;
    assert!(!waiting.is_finished());
    let stored = family.peek("a").await.expect("it is sound");
    assert!(stored.is_some(), "its record has not expired either");
    counter.answer().await.expect("it is queued");
    assert_eq!(waiting.await.expect("no panic"), Ok(0));
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
}

// E4: so does a handler that takes long for a client
#[tokio::test(start_paused = true)]
async fn a_client_that_is_being_served_is_not_idle() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let mut events = system.events();
    let family = family(&system, "counters", idle());
    let counter = family.create("a", 5).await.expect("it is new");
    let gate = Gate::new();
    let busy = tokio::spawn(counter.pass(gate.clone()).timeout(9 * HOUR).owned());
    pass(5 * HOUR).await;
    gate.open();
    busy.await.expect("no panic").expect("it passes");
    let served = Instant::now();
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert_eq!(served.elapsed(), MAX_IDLE);
    assert!(store.is_empty());
}

// E4: of `idle_timeout` and `max_idle` the shorter one comes first; the other still counts
#[tokio::test(start_paused = true)]
async fn it_goes_idle_first_and_expires_later() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let mut events = system.events();
    let builder = system.family::<crate::counter::Counter>("counters");
    let builder = builder.env("first").idle_timeout(10 * MINUTE);
    let family = builder.persist(idle()).build().expect("it is built");
    let counter = family.create("a", 5).await.expect("it is new");
    assert_eq!(ended(&mut events).await, ExitReason::Idle);
    assert_eq!(total_in(&store, "counters:a"), Some(5));
    pass(19 * MINUTE).await;
    assert_eq!(counter.total().await, Ok(5));
    assert_eq!(ended(&mut events).await, ExitReason::Idle);
    pass(20 * MINUTE + super::MS).await;
    assert_eq!(counter.total().await, Err(CallError::NotStored));
    let [error] = &errors()[..] else {
        panic!("it is told once")
    };
    assert!(is_idle(
        error,
        &key("counters:a"),
        MAX_IDLE + super::MS,
        MAX_IDLE
    ));
}

// E4: a `max_idle` that is not longer than `idle_timeout` deletes the record, and nothing is saved for it
#[tokio::test(start_paused = true)]
async fn an_expiry_comes_before_going_idle() {
    for idle_timeout in [MAX_IDLE, HOUR] {
        begin();
        let store = AnyStore::new();
        let system = system(store.clone());
        let mut events = system.events();
        let limited = spec("a").persist(idle()).idle_timeout(idle_timeout);
        let counter = system.start(limited).await.expect("it starts");
        counter.add(1).await.expect("it adds");
        assert_eq!(ended(&mut events).await, ExitReason::Expired);
        assert!(store.is_empty());
    }
}

// E4: switched off by options, nothing expires, and nothing of it is in the record
#[tokio::test(start_paused = true)]
async fn switched_off_nothing_expires() {
    let store = AnyStore::new();
    let system = system(store.clone());
    let builder = system.family::<Heart>("hearts").or_init(|_| Heart::default);
    let off = PersistOptions::new().max_idle(None);
    let family = builder.persist(off).build().expect("it is built");
    family.at("a").begin().await.expect("it begins");
    pass(5 * HOUR).await;
    assert_eq!(family.live(), 1);
    let stored = family.peek("a").await.expect("it is sound");
    let stored = stored.expect("it is stored");
    assert_eq!((stored.max_idle, stored.expires_at), (None, None));
}
