//! A persistent counter with every hook, which notes what ran and can be told to do it badly.
//!
//! The notes belong to the thread: each test runs on a thread and a current-thread runtime of its own.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use noex::prelude::*;
use noex::store::{Key, Record, StorageAdapter};
use noex::testing::TestClock;
use noex::{Event, EventStream, PersistenceError, System};

use crate::any_store::AnyStore;

/// What a hook does.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Does {
    Fail,
    Panic,
    Hang,
    Skip,
    Change,
}

thread_local! {
    static CALLS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static ERRORS: RefCell<Vec<PersistenceError>> = const { RefCell::new(Vec::new()) };
    static PLAN: RefCell<HashMap<&'static str, Does>> = RefCell::default();
}

/// Forgets what an earlier test on this thread noted.
pub(crate) fn begin() {
    calls();
    errors();
    PLAN.with_borrow_mut(HashMap::clear);
}

/// What has run since this was last asked.
pub(crate) fn calls() -> Vec<String> {
    CALLS.take()
}

/// What `on_error` was given since this was last asked.
pub(crate) fn errors() -> Vec<PersistenceError> {
    ERRORS.take()
}

/// Tells a hook what to do from now on.
pub(crate) fn tell(hook: &'static str, does: Does) {
    PLAN.with_borrow_mut(|plan| plan.insert(hook, does));
}

/// Lets a hook do well again.
pub(crate) fn untell(hook: &'static str) {
    PLAN.with_borrow_mut(|plan| plan.remove(hook));
}

fn note(what: &'static str) -> Option<Does> {
    CALLS.with_borrow_mut(|calls| calls.push(what.to_owned()));
    PLAN.with_borrow(|plan| plan.get(what).copied())
}

async fn act(what: &'static str) -> Result<(), String> {
    match note(what) {
        Some(Does::Fail) => Err(format!("{what} was told to fail")),
        Some(Does::Panic) => panic!("{what} was told to panic"),
        Some(Does::Hang) => std::future::pending().await,
        _ => Ok(()),
    }
}

fn on_error(error: &PersistenceError) {
    ERRORS.with_borrow_mut(|errors| errors.push(error.clone()));
    let does = PLAN.with_borrow(|plan| plan.get("on_error").copied());
    assert!(does != Some(Does::Panic), "on_error was told to panic");
}

/// What a counter can be asked.
#[derive(Protocol)]
pub(crate) enum CounterMsg {
    /// Adds `by` and answers the new total.
    #[call(i64)]
    Add { by: i64 },
    /// Adds, without an answer.
    #[cast]
    Tell { by: i64 },
    /// The total so far.
    #[call(i64)]
    Total,
    /// What is not stored, and the environment.
    #[call((String, &'static str))]
    Unstored,
    /// Panics while it may change the state.
    #[call]
    Break,
    /// Waits for `Answer`.
    #[call(i64)]
    Wait,
    /// Answers everybody who waits.
    #[cast]
    Answer,
    /// Keeps the server busy until the test opens its gate.
    #[call]
    Pass { gate: noex::testing::Gate },
}

/// The counter.
#[derive(GenServer)]
#[genserver(
    protocol = CounterMsg, env = &'static str, args = i64, init = Counter::init, on_start = Counter::on_start,
    terminate = Counter::terminate
)]
#[persist(
    interval = "10s", before_persist = Counter::before_persist, after_persist = Counter::after_persist,
    on_restore = Counter::on_restore, on_error = on_error
)]
pub(crate) struct Counter {
    total: i64,
    #[persist(skip = "as declared".to_owned())]
    unstored: String,
    #[persist(skip)]
    waiting: Vec<ReplyTo<i64>>,
}

impl Counter {
    async fn init(args: &i64, _cx: &mut InitCx<Self>) -> Result<Self, String> {
        act("init").await?;
        Ok(Self {
            total: *args,
            unstored: "made by init".to_owned(),
            waiting: Vec::new(),
        })
    }

    async fn on_start(&mut self, _cx: &mut Cx<Self>) -> Result<(), String> {
        act("on_start").await
    }

    async fn on_restore(&mut self, _meta: &RecordMeta) -> Result<(), String> {
        act("on_restore").await
    }

    fn before_persist(&self) -> Persist<Stored<Self>> {
        match note("before_persist") {
            Some(Does::Skip) => Persist::Skip,
            Some(Does::Change) => Persist::Changed(Stored::<Self> {
                total: self.total + 1_000,
            }),
            Some(Does::Panic) => panic!("before_persist was told to panic"),
            _ => Persist::AsIs,
        }
    }

    fn after_persist(&mut self, _meta: &RecordMeta) {
        if note("after_persist") == Some(Does::Change) {
            self.total += 1;
        }
    }

    async fn terminate(&mut self, _reason: &noex::ExitReason, _cx: &mut Cx<Self>) {
        let _ = act("terminate").await;
    }
}

#[handlers(CounterMsg)]
impl Counter {
    fn add(&mut self, by: i64) -> i64 {
        note("add");
        self.total += by;
        self.total
    }

    fn tell(&mut self, by: i64) {
        self.total += by;
    }

    fn total(&self) -> i64 {
        self.total
    }

    fn unstored(&self, cx: &mut Cx<Self>) -> (String, &'static str) {
        (self.unstored.clone(), cx.env)
    }

    fn r#break(&mut self) {
        self.total = -1;
        panic!("told to break");
    }

    fn wait(&mut self, reply: ReplyTo<i64>) {
        self.waiting.push(reply);
    }

    fn answer(&mut self) {
        for waiting in self.waiting.drain(..) {
            waiting.send(self.total);
        }
    }

    async fn pass(&mut self, gate: noex::testing::Gate) {
        self.total += 1;
        gate.pass().await;
        self.total += 1;
    }
}

/// A counter of this name that begins with 0.
pub(crate) fn spec(name: &str) -> noex::Spec<Counter, noex::Given> {
    Counter::spec(0).env("first").name(name)
}

/// A system on a store and on a clock that goes with tokio's.
pub(crate) fn system(store: impl StorageAdapter) -> System {
    clocked(store, &TestClock::new())
}

/// A system on a store and this clock.
pub(crate) fn clocked(store: impl StorageAdapter, clock: &TestClock) -> System {
    System::builder()
        .store(store)
        .clock(clock.clock())
        .seed(7)
        .build()
}

/// Lets paused time pass.
pub(crate) async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

pub(crate) const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

pub(crate) fn key(text: &str) -> Key {
    Key::new(text).expect("a key of the test's")
}

/// A store that holds the record of a counter which was stopped at `total`.
pub(crate) async fn stored(name: &str, total: i64) -> AnyStore {
    let store = AnyStore::new();
    let system = system(store.clone());
    let counter = Counter::spec(total).env("before").name(name);
    system.start(counter).await.expect("it starts");
    system.shutdown().await.expect("it saves");
    begin();
    store
}

/// The record under `key`.
pub(crate) fn record(store: &AnyStore, key: &str) -> Option<Record> {
    store.records().remove(key)
}

/// A record as text.
pub(crate) fn text(record: &Record) -> String {
    String::from_utf8_lossy(&record.bytes).into_owned()
}

/// The total in the record under `key`.
pub(crate) fn total_in(store: &AnyStore, key: &str) -> Option<i64> {
    let text = text(&record(store, key)?);
    let (_, state) = text.split_once("\"state\":{\"total\":")?;
    state.split_once('}')?.0.parse().ok()
}

/// The first event of which `pick` makes something.
pub(crate) async fn event<T>(
    events: &mut EventStream,
    mut pick: impl FnMut(Event) -> Option<T>,
) -> T {
    loop {
        let event = events.next().await.expect("the system is there");
        if let Some(picked) = pick(event) {
            return picked;
        }
    }
}

/// The names of the events that are there.
pub(crate) fn names(events: &mut EventStream) -> Vec<String> {
    std::iter::from_fn(|| events.try_next())
        .map(|event| {
            let text = format!("{event:?}");
            text.split([' ', '{']).next().unwrap_or_default().to_owned()
        })
        .collect()
}
