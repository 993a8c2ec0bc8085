//! What can be seen of servers from outside: events, spans and measurements.

mod events;
mod journal;
mod measured;
mod parents;
mod starts;

use noex::prelude::*;
use noex::testing::{Gate, TestClock};

/// What a scout can be asked.
#[derive(Protocol)]
pub(crate) enum ScoutMsg {
    /// Looks where it stands.
    #[call(u32)]
    Look,
    /// The same, without an answer.
    #[cast]
    Glance,
    /// Looks before and after it waits.
    #[call]
    Stay { gate: Gate },
    /// Tells itself to look.
    #[call]
    Turn,
    /// It was told to, by itself.
    #[info]
    Turned { at: u32 },
    /// Panics.
    #[call]
    Stumble,
}

/// Says where it is whenever it looks: in which spans, and whether in a task.
#[derive(GenServer, Default)]
#[genserver(protocol = ScoutMsg, on_start = Scout::arrive)]
#[persist(interval = "10s")]
pub(crate) struct Scout {
    looks: u32,
}

impl Scout {
    fn arrive(&mut self, _cx: &mut Cx<Self>) {
        self.say();
    }

    fn say(&self) {
        let (looks, in_task) = (self.looks, tokio::task::try_id().is_some());
        tracing::info!(looks, in_task, "{}", journal::SAID);
    }
}

#[handlers(ScoutMsg)]
impl Scout {
    fn look(&mut self) -> u32 {
        self.say();
        self.looks += 1;
        self.looks
    }

    fn glance(&self) {
        self.say();
    }

    async fn stay(&self, gate: Gate) {
        self.say();
        gate.pass().await;
        self.say();
    }

    fn turn(&self, cx: &mut Cx<Self>) {
        cx.send(ScoutMsg::Turned { at: self.looks });
    }

    fn turned(&self, at: u32) {
        assert_eq!(at, self.looks);
        self.say();
    }

    fn stumble(&mut self) {
        panic!("it stumbled after {} looks", self.looks);
    }
}

/// A system on paused time over `store`.
pub(crate) fn system(store: impl noex::store::StorageAdapter) -> System {
    let clock = TestClock::new().clock();
    System::builder().store(store).clock(clock).build()
}
