//! A crate that has renamed its dependency on noex, with every lint on: generated code follows, and is silent.

#![deny(
    warnings,
    missing_docs,
    unused,
    nonstandard_style,
    unused_qualifications,
    unreachable_pub
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    reason = "hooks and handlers have the signatures they must have"
)]

use std::collections::HashMap;

use durable::prelude::*;

/// What a counter can be asked.
#[derive(Protocol)]
#[protocol(crate = "durable")]
pub enum CounterMsg<T> {
    /// Adds `by` and answers the new total.
    #[call(i64)]
    Add {
        /// How much.
        by: i64,
    },
    /// Checks.
    #[call(Result<T, String>)]
    Check(T),
    /// Starts again from zero.
    #[cast]
    Reset,
    /// A timer has fired.
    #[info]
    Tick,
}

/// A counter.
#[derive(GenServer)]
#[genserver(
    protocol = CounterMsg<T>,
    crate = "durable",
    env = u8,
    args = i64,
    init = Counter::open,
    on_start = Counter::begin,
    terminate = Counter::end,
    mailbox = 7,
    idle_timeout = "1h"
)]
#[persist(
    interval = "30s",
    kind = "counter",
    version = 2,
    migrate(1 = CounterV1),
    before_persist = Counter::stamp,
    after_persist = Counter::saved,
    on_restore = Counter::back,
    on_error = report
)]
pub struct Counter<T: Clone> {
    /// The total.
    pub total: i64,
    #[persist(as = "Vec<(_, _)>")]
    by_name: HashMap<String, T>,
    #[persist(skip)]
    checks: u64,
    #[persist(default = 3)]
    level: u8,
}

/// A counter as it was.
#[derive(Stored)]
#[persist(crate = "durable")]
pub struct CounterV1 {
    count: i64,
    #[persist(skip = 5)]
    _level: u8,
}

impl<T: Clone> From<CounterV1> for Counter<T> {
    fn from(old: CounterV1) -> Self {
        Self {
            total: old.count,
            by_name: HashMap::new(),
            checks: 0,
            level: 0,
        }
    }
}

impl<T: Clone + serde::Serialize + serde::de::DeserializeOwned + Send + 'static> Counter<T> {
    async fn open(total: &i64, _cx: &mut InitCx<Self>) -> Result<Self, String> {
        Ok(Self {
            total: *total,
            by_name: HashMap::new(),
            checks: 0,
            level: 0,
        })
    }

    async fn begin(&mut self, _cx: &mut Cx<Self>) -> Result<(), String> {
        self.checks = 0;
        Ok(())
    }

    fn end(&mut self, _reason: &durable::ExitReason, _cx: &mut Cx<Self>) {
        self.checks = 0;
    }

    fn stamp(&self) -> Persist<Stored<Self>> {
        Persist::Changed(Stored::<Self> {
            level: self.level + 1,
            ..self.to_stored()
        })
    }

    fn saved(&mut self, _meta: &RecordMeta) {
        self.checks = 0;
    }

    fn back(&mut self, _meta: &RecordMeta) -> Result<(), String> {
        self.total += i64::from(self.level);
        Ok(())
    }
}

fn report(error: &durable::PersistenceError) {
    panic!("{error}");
}

#[handlers(CounterMsg<T>, crate = "durable")]
impl<T> Counter<T>
where
    T: Clone + serde::Serialize + serde::de::DeserializeOwned + Send + 'static,
{
    fn add(&mut self, by: i64) -> i64 {
        self.total += by;
        self.total
    }

    async fn check(&mut self, value: T, reply: ReplyTo<Result<T, String>>) {
        tokio::task::yield_now().await;
        self.checks += 1;
        reply.send(Ok(value));
    }

    fn reset(&mut self, cx: &mut Cx<Self>) {
        self.total = cx.env.into();
    }

    fn tick(&mut self) {
        self.checks += 1;
    }
}

#[tokio::test]
async fn a_renamed_dependency_is_followed() {
    let store = MemoryAdapter::new();
    let spec = || Counter::<u8>::spec(1).name("it").env(40);
    let system = System::new(store.clone());
    let counter = system.start(spec()).await.expect("it starts");
    assert_eq!(counter.add(1).await.expect("answered"), 2);
    assert_eq!(counter.check(3).await.expect("answered"), 3);
    counter.reset().await.expect("sent");
    system.shutdown().await.expect("it is saved");

    let system = System::new(store);
    let counter = system.start(spec()).await.expect("it is restored");
    assert_eq!(counter.add(1).await.expect("answered"), 42);
    assert_eq!(<CounterMsg<u8> as Protocol>::NAME, "CounterMsg");
}
