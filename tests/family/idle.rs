//! Going idle: saved and gone, restored by the next call, and never in anybody's way.

use std::time::Duration;

use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter};
use noex::{Event, EventStream, ExitReason, Family};

use crate::any_store::AnyStore;
use crate::counter::{Counter, begin, calls, event, pass, seconds, spec, system, total_in};

const IDLE: Duration = Duration::from_mins(1);

fn idle_family(system: &System) -> Family<Counter> {
    let family = system.family::<Counter>("counters").env("first");
    let family = family.or_init(|_| 0).idle_timeout(IDLE);
    let off = noex::persist::PersistOptions::new().interval(None);
    family.persist(off).build().expect("it is built")
}

async fn gone_idle(events: &mut EventStream) {
    let reason = event(events, |event| match event {
        Event::Terminated { reason, .. } => Some(reason),
        _ => None,
    });
    assert_eq!(reason.await, ExitReason::Idle);
}

// E5: an idle server is saved and stopped, and the next call starts it again where it was
#[tokio::test(start_paused = true)]
async fn an_idle_server_is_saved_and_comes_back() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let mut events = system.events();
    let family = idle_family(&system);
    for round in 1..=3 {
        let begun = tokio::time::Instant::now();
        assert_eq!(family.at("a").add(1).await, Ok(round));
        gone_idle(&mut events).await;
        assert_eq!(begun.elapsed().as_secs(), 60);
        assert_eq!(total_in(&store, "counters:a"), Some(round));
        assert_eq!(family.live(), 0);
    }
    let ran = calls();
    let count = |name: &str| ran.iter().filter(|call| *call == name).count();
    assert_eq!((count("init"), count("on_restore")), (1, 2));
    assert_eq!(count("terminate"), 3);
}

// E5: every client's message puts it off, a status or a save does not
#[tokio::test(start_paused = true)]
async fn messages_keep_a_server_up() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    let family = idle_family(&system);
    for _ in 0..10 {
        family.at("a").total().await.expect("it reads");
        pass(seconds(40)).await;
        family.at("a").tell(1).await.expect("it is queued");
        pass(seconds(40)).await;
    }
    assert_eq!(family.live(), 1);
    let last = tokio::time::Instant::now();
    pass(seconds(10)).await;
    family.at("a").status().await.expect("it answers");
    family.at("a").checkpoint().await.expect("it is saved");
    gone_idle(&mut events).await;
    assert_eq!(last.elapsed().as_secs(), 20);
}

// E5: unanswered deferred replies keep it up, and are answered
#[tokio::test(start_paused = true)]
async fn unanswered_replies_keep_a_server_up() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    let family = idle_family(&system);
    let counter = family.at("a");
    let waiting = counter.wait().timeout(Duration::from_hours(1)).owned();
    let waiting = tokio::spawn(waiting);
    pass(seconds(1_000)).await;
    assert_eq!(family.live(), 1);
    assert!(!waiting.is_finished());
    counter.answer().await.expect("it is queued");
    assert_eq!(waiting.await.expect("no panic"), Ok(0));
    gone_idle(&mut events).await;
    assert_eq!(family.live(), 0);
}

// E5: a server that stands alone goes idle, too, and gives name and key back
#[tokio::test(start_paused = true)]
async fn a_server_of_its_own_goes_idle() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let mut events = system.events();
    let counter = system.start(spec("a").idle_timeout(IDLE)).await;
    let counter = counter.expect("it starts");
    counter.add(3).await.expect("it adds");
    gone_idle(&mut events).await;
    assert_eq!(total_in(&store, "a"), Some(3));
    assert_eq!(counter.total().await, Err(CallError::NotRunning));
    let again = system.start(spec("a")).await.expect("it is free");
    assert_eq!(again.total().await, Ok(3));
}

// E5, P7: a server that cannot be saved does not go: what it has is not lost
#[tokio::test(start_paused = true)]
async fn a_server_that_cannot_be_saved_stays() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let mut events = system.events();
    let family = idle_family(&system);
    let counter = family.at("a");
    counter.add(1).await.expect("it adds");
    counter.checkpoint().await.expect("it is saved");
    counter.add(1).await.expect("it adds");
    let too_large = noex::store::StoreError::TooLarge {
        key: crate::counter::key("counters:a"),
        size: 9,
        max: 8,
    };
    for fault in [Fault::Rejected, Fault::Lost, Fault::Fails(too_large)] {
        store.always(Call::Write, fault);
        pass(seconds(1_000)).await;
        assert_eq!(family.live(), 1);
        assert_eq!(total_in(store.inner(), "counters:a"), Some(1));
    }
    assert!(store.writes() < 300, "{} writes", store.writes());
    assert!(counter.status().await.expect("it answers").degraded);
    store.heal();
    gone_idle(&mut events).await;
    assert_eq!(total_in(store.inner(), "counters:a"), Some(2));
    assert_eq!(family.at("a").total().await, Ok(2));
}

#[derive(Protocol)]
enum HiddenMsg {
    #[call(u32)]
    Count,
}

#[derive(GenServer, Default)]
#[genserver(protocol = HiddenMsg)]
#[persist(restore = true)]
struct Hidden {
    count: std::cell::Cell<u32>,
}

#[handlers(HiddenMsg)]
impl Hidden {
    fn count(&self) -> u32 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }
}

// E5, P4: nor does one whose change is hidden behind a `Cell`
#[tokio::test(start_paused = true)]
async fn a_hidden_change_that_cannot_be_saved_stays() {
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let mut events = system.events();
    let family = system
        .family::<Hidden>("hidden")
        .or_init(|_| Hidden::default);
    let family = family.idle_timeout(IDLE).build().expect("it is built");
    let hidden = family.at("a");
    assert_eq!(hidden.count().await, Ok(1));
    hidden.checkpoint().await.expect("it is saved");
    assert_eq!(hidden.count().await, Ok(2));
    store.always(Call::Write, Fault::Rejected);
    pass(IDLE * 5).await;
    assert_eq!(family.live(), 1);
    store.heal();
    gone_idle(&mut events).await;
    assert_eq!(family.at("a").count().await, Ok(3));
}

// E5, H2: a server whose `before_persist` skips goes all the same
#[tokio::test(start_paused = true)]
async fn a_skip_does_not_keep_a_server_up() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    let family = idle_family(&system);
    family.at("a").add(1).await.expect("it adds");
    crate::counter::tell("before_persist", crate::counter::Does::Skip);
    gone_idle(&mut events).await;
    assert_eq!(family.live(), 0);
}

// S12: a call that comes while the last save is written is handled by the next incarnation
#[tokio::test(start_paused = true)]
async fn a_call_during_the_last_save_is_handled() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let family = idle_family(&system);
    let counter = family.at("a");
    counter.add(1).await.expect("it adds");
    counter.checkpoint().await.expect("it is saved");
    let gate = store.hold(Call::Release);
    gate.has_waiting(1).await;
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let counter = counter.clone();
        callers.spawn(async move { counter.add(1).await });
    }
    let checkpoint = tokio::spawn({
        let counter = counter.clone();
        async move { counter.checkpoint().await }
    });
    pass(seconds(1)).await;
    store.heal();
    gate.open();
    for total in callers.join_all().await {
        total.expect("it is handled");
    }
    checkpoint.await.expect("no panic").expect("it is saved");
    assert_eq!(counter.total().await, Ok(11));
    assert_eq!(counter.status().await.expect("it answers").incarnation, 2);
}

// S12: a stop that comes while a server goes idle is answered, and nothing comes back
#[tokio::test(start_paused = true)]
async fn a_stop_of_a_server_that_goes_idle_is_answered() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let family = idle_family(&system);
    for stop in [Stop::normally(), Stop::deleting_state()] {
        let counter = family.at("a");
        counter.add(1).await.expect("it adds");
        counter.checkpoint().await.expect("it is saved");
        let gate = store.hold(Call::Release);
        gate.has_waiting(1).await;
        let stopped = tokio::spawn(async move { counter.stop_with(stop).await });
        pass(seconds(1)).await;
        store.heal();
        gate.open();
        stopped.await.expect("no panic").expect("it ends");
        assert_eq!(family.live(), 0);
    }
    assert!(store.inner().is_empty(), "the second one deletes");
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
#[persist(save_on_stop = true)]
struct Heart {
    beats: u32,
}

#[handlers(BeatMsg)]
impl Heart {
    fn begin(&mut self, cx: &mut Cx<Self>) {
        self.beats = 0;
        cx.send_interval(seconds(1), || BeatMsg::Beat);
    }

    fn beat(&mut self) {
        self.beats += 1;
    }
}

// E5: a server's own ticks do not keep it up, not even one of the moment at which it has been idle long enough
#[tokio::test(start_paused = true)]
async fn own_ticks_do_not_count() {
    let system = system(AnyStore::new());
    let mut events = system.events();
    let family = system.family::<Heart>("hearts").or_init(|_| Heart::default);
    let family = family.idle_timeout(IDLE).build().expect("it is built");
    let begun = tokio::time::Instant::now();
    family.at("a").begin().await.expect("it begins");
    gone_idle(&mut events).await;
    assert_eq!(begun.elapsed(), IDLE);
    pass(IDLE).await;
    assert_eq!(family.live(), 0);
}
