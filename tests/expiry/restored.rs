//! Idleness over restarts: no start begins the time anew, and a record that was idle for too long is not restored.

use std::time::Duration;

use noex::persist::PersistOptions;
use noex::prelude::*;
use noex::testing::TestClock;
use noex::{Event, ExitReason, PersistenceError, StartError};
use tokio::time::Instant;

use super::{HOUR, MAX_IDLE, MINUTE, MS, ended, family, idle, is_idle, is_stale, open_family};
use crate::any_store::AnyStore;
use crate::counter::{
    begin, calls, clocked, errors, event, key, pass, seconds, spec, system, total_in,
};

// E4, E3, S3: a record that was idle for too long is not restored: `init` runs, and it is told once, with both times
#[tokio::test(start_paused = true)]
async fn an_idle_record_is_not_restored() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    let before = clocked(store.clone(), &clock);
    let limited = || spec("a").persist(idle());
    let counter = before.start(limited()).await.expect("it starts");
    counter.add(5).await.expect("it adds");
    pass(10 * MINUTE).await;
    before.shutdown().await.expect("it saves");
    assert_eq!(total_in(&store, "a"), Some(5));
    pass(20 * MINUTE + seconds(7)).await;
    calls();

    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let counter = system.start(limited()).await.expect("it starts afresh");
    assert_eq!(calls(), ["init", "on_start"]);
    let idle = MAX_IDLE + seconds(7);
    let [error] = &errors()[..] else {
        panic!("it is told once")
    };
    assert!(is_idle(error, &key("a"), idle, MAX_IDLE), "{error:?}");
    let told = event(&mut events, |event| match event {
        Event::Record { server, error } => Some((server, error)),
        _ => None,
    });
    let (server, error) = told.await;
    assert_eq!(server, counter.id());
    assert!(is_idle(&error, &key("a"), idle, MAX_IDLE));
    assert_eq!(counter.add(1).await, Ok(1));
    counter.checkpoint().await.expect("it replaces the old one");
    assert_eq!(total_in(&store, "a"), Some(1));
}

// E3, S3: the same for one that is too old
#[tokio::test(start_paused = true)]
async fn an_old_record_is_told_with_age_and_limit() {
    let (store, clock) = (crate::counter::stored("a", 5).await, TestClock::new());
    pass(HOUR + MS).await;
    let system = clocked(store, &clock);
    let limited = PersistOptions::new().max_age(HOUR);
    let counter = system.start(spec("a").persist(limited)).await;
    assert_eq!(counter.expect("it starts").total().await, Ok(0));
    let [error] = &errors()[..] else {
        panic!("it is told once")
    };
    assert!(is_stale(error, &key("a"), HOUR + MS, HOUR), "{error:?}");
}

// E4: a restart does not start the time anew: what is left of it counts
#[tokio::test(start_paused = true)]
async fn a_restart_does_not_start_the_time_anew() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    let begun = Instant::now();
    for _ in 0..5 {
        let system = clocked(store.clone(), &clock);
        let counter = system.start(spec("a").persist(idle())).await;
        let counter = counter.expect("it starts");
        if begun.elapsed().is_zero() {
            counter.add(5).await.expect("it adds");
        }
        pass(3 * MINUTE).await;
        system.shutdown().await.expect("it saves");
        pass(2 * MINUTE).await;
    }
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let counter = system.start(spec("a").persist(idle())).await;
    counter.expect("it starts");
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert_eq!(begun.elapsed(), MAX_IDLE);
    assert!(store.is_empty() && errors().is_empty());
}

// E4: a crash does not either
#[tokio::test(start_paused = true)]
async fn a_crash_does_not_start_the_time_anew() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let mut events = system.events();
    let family = family(&system, "counters", idle());
    let counter = family.create("a", 5).await.expect("it is new");
    let begun = Instant::now();
    for _ in 0..4 {
        pass(6 * MINUTE).await;
        // A client's message, but one that never reached the store.
        counter.r#break().await.expect_err("it panics");
        counter.status().await.expect("it starts again");
    }
    event(&mut events, |event| {
        matches!(
            event,
            Event::Terminated {
                reason: ExitReason::Expired,
                ..
            }
        )
        .then_some(())
    })
    .await;
    assert_eq!(begun.elapsed(), MAX_IDLE);
    assert!(store.is_empty());
}

// E4, E5: nor does going idle and coming back for something that is no message
#[tokio::test(start_paused = true)]
async fn coming_back_does_not_start_the_time_anew() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    let builder = system.family::<crate::counter::Counter>("counters");
    let builder = builder.env("first").idle_timeout(4 * MINUTE);
    let family = builder.persist(idle()).build().expect("it is built");
    let counter = family.create("a", 5).await.expect("it is new");
    let begun = Instant::now();
    for round in 1..=7 {
        counter.status().await.expect("it comes back");
        let reason = ended(&mut events).await;
        assert_eq!(reason, ExitReason::Idle, "round {round}");
    }
    counter.status().await.expect("it comes back");
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert_eq!(begun.elapsed(), MAX_IDLE);
}

#[derive(Protocol)]
enum SlowMsg {
    #[call]
    Touch,
}

#[derive(GenServer, Default)]
#[genserver(protocol = SlowMsg, on_start = Slow::on_start)]
#[persist(interval = "1m", max_idle = "30m")]
struct Slow {
    touched: u32,
}

impl Slow {
    async fn on_start(&mut self, _cx: &mut Cx<Self>) {
        pass(seconds(4)).await;
    }
}

#[handlers(SlowMsg)]
impl Slow {
    fn touch(&mut self) {
        self.touched += 1;
    }
}

// E4: the time that the hooks of a restart take counts, too
#[tokio::test(start_paused = true)]
async fn the_time_a_start_takes_counts() {
    let (store, clock) = (AnyStore::new(), TestClock::new());
    let slow = || Slow::spec(Slow::default).name("a");
    let system = clocked(store.clone(), &clock);
    let server = system.start(slow()).await.expect("it starts");
    server.touch().await.expect("it is touched");
    let touched = Instant::now();
    system.shutdown().await.expect("it saves");
    for _ in 0..10 {
        let system = clocked(store.clone(), &clock);
        system.start(slow()).await.expect("it starts");
        system.shutdown().await.expect("it saves");
    }
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    system.start(slow()).await.expect("it starts");
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert_eq!(touched.elapsed(), MAX_IDLE);
}

// E4, S12: in a family a record that was idle for too long is none: `NotStored`, or a new state
#[tokio::test(start_paused = true)]
async fn an_expired_record_is_none_to_a_family() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    super::leave(&store, &clock, &["a", "b"], idle()).await;
    pass(MAX_IDLE + MS).await;
    {
        let system = clocked(store.clone(), &clock);
        let family = family(&system, "left", idle());
        assert_eq!(family.at("a").total().await, Err(CallError::NotStored));
        assert!(matches!(errors()[..], [PersistenceError::Idle { .. }]));
        let counter = family.create("a", 1).await.expect("it has expired");
        assert_eq!(counter.total().await, Ok(1));
        assert_eq!(total_in(&store, "left:a"), Some(1), "it is durable");
        let again = family.create("a", 2).await;
        assert!(matches!(again, Err(StartError::AlreadyStored { .. })));
        system.shutdown().await.expect("it saves");
    }
    let system = clocked(store.clone(), &clock);
    let family = open_family(&system, "left", idle());
    assert_eq!(family.at("b").add(1).await, Ok(1));
}

// E4: a record that has expired is listed and can be looked at until it is deleted or replaced
#[tokio::test(start_paused = true)]
async fn an_expired_record_is_there_until_it_is_deleted() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    super::leave(&store, &clock, &["a"], idle()).await;
    pass(HOUR).await;
    let system = clocked(store.clone(), &clock);
    let family = family(&system, "left", idle());
    assert_eq!(family.keys().all().await.expect("it lists"), ["a"]);
    let meta = family.peek("a").await.expect("it is sound");
    let meta = meta.expect("it is there");
    assert!(meta.expires_at.is_some_and(|at| at < clock.now()));
    assert_eq!(family.start_stored().await.expect("it has expired"), 0);
    assert!(family.delete("a").await.expect("it is deleted"));
}

// E4: today's limit counts at a restore; where the code names none any more, the one in the record
#[tokio::test(start_paused = true)]
async fn todays_limit_counts_at_a_restore() {
    let cases = [
        (Some(MAX_IDLE), Ok(7)),
        (Some(19 * MINUTE), Err(CallError::NotStored)),
        (None, Ok(7)),
    ];
    for (max_idle, expected) in cases {
        begin();
        let (store, clock) = (AnyStore::new(), TestClock::new());
        super::leave(&store, &clock, &["a"], idle()).await;
        pass(20 * MINUTE).await;
        let system = clocked(store.clone(), &clock);
        let family = family(&system, "left", idle().max_idle(max_idle));
        assert_eq!(family.at("a").total().await, expected, "{max_idle:?}");
    }
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    super::leave(&store, &clock, &["a"], idle()).await;
    pass(Duration::from_mins(31)).await;
    let system = clocked(store.clone(), &clock);
    let family = family(&system, "left", idle().max_idle(None));
    assert_eq!(family.at("a").total().await, Err(CallError::NotStored));
}
