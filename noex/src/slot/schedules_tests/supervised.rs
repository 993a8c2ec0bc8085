//! A supervised server: messages arrive while it crashes, is halted or killed, and starts again.

use std::sync::{Arc, Weak};
use std::time::Duration;

use super::book::Book;
use super::scene::{Sender, all, are_over, beside, spec};
use super::scribe::{Scribe, ScribeClient};
use super::search;
use crate::client::Client;
use crate::slot::Slot;
use crate::supervise::{Intensity, Supervisor, SupervisorHandle};
use crate::sync::pass;
use crate::system::System;

const DEADLINE: Duration = Duration::from_secs(2);

/// One supervised server and its books.
struct Stage {
    book: Arc<Book>,
    scribe: ScribeClient,
    system: System,
    top: SupervisorHandle,
}

impl Stage {
    async fn open(mailbox: usize) -> Self {
        let (book, system) = (Arc::new(Book::default()), System::builder().seed(1).build());
        let scribe = spec(&book).mailbox(mailbox).shutdown_timeout(DEADLINE);
        let top = Supervisor::one_for_one("top")
            .intensity(Intensity::new(u32::MAX, DEADLINE))
            .child(scribe.call_timeout(DEADLINE * 1000));
        let top = system.supervise(top).await.expect("it starts");
        let scribe = system.find::<Scribe>("scribe").expect("it is up");
        Self {
            book,
            scribe,
            system,
            top,
        }
    }

    fn sender(&self, sender: u32) -> Sender {
        Sender::new(&self.book, self.scribe.clone(), sender)
    }

    fn slot(&self) -> Weak<Slot<Scribe>> {
        let entered = self.system.inner.find::<Scribe>("scribe");
        let slot = entered.and_then(|server| server.any().downcast::<Slot<Scribe>>().ok());
        Arc::downgrade(&slot.expect("it is entered"))
    }

    /// Checks that it is up, that nothing was lost, overtaken or done twice, and that nothing is left of it.
    async fn end(self, is_open: bool) {
        let mut last = self.sender(u32::MAX);
        last.call(ScribeClient::read).await.expect("it is up");
        drop(last);
        let slot = self.slot();
        assert_eq!(self.scribe.status().await.expect("it is up").queued, 0);
        self.system.shutdown().await.expect("nothing hangs");
        let Self {
            book,
            scribe,
            system,
            top,
        } = self;
        drop((scribe, system, top));
        are_over().await;
        assert_eq!(slot.strong_count(), 0, "the server is kept in memory");
        assert_eq!(book.states(), 0, "a state was lost");
        book.check_one_at_a_time();
        book.check(false);
        if is_open {
            book.check_begun();
        }
    }
}

async fn busy(mut sender: Sender) {
    let _ = sender.call(ScribeClient::ponder).await;
    let _ = sender.cast(ScribeClient::tell_slowly).await;
    let _ = sender.cast(ScribeClient::tell).await;
    let _ = sender.call(ScribeClient::write).await;
}

// R2, T7: messages that arrive while a server crashes, waits and starts are handled in order, each once
#[test]
fn calls_arrive_during_crashes() {
    search(|| async {
        let stage = Stage::open(2).await;
        let mut clumsy = stage.sender(0);
        let others = [
            beside(async move {
                let _ = clumsy.cast(ScribeClient::tell).await;
                let _ = clumsy.call(ScribeClient::collapse).await;
                let _ = clumsy.call(ScribeClient::write).await;
                let _ = clumsy.call(ScribeClient::collapse_late).await;
            }),
            beside(busy(stage.sender(1))),
        ];
        busy(stage.sender(2)).await;
        all(others).await;
        stage.end(true).await;
    });
}

// R1, R2: messages that arrive while a server is halted and started again are handled in order, each once
#[test]
fn calls_arrive_during_halts() {
    search(|| async {
        let stage = Stage::open(2).await;
        let top = stage.top.clone();
        let others = [
            beside(async move {
                top.restart_child("scribe").await.expect("it restarts");
                top.restart_child("scribe").await.expect("it restarts");
            }),
            beside(busy(stage.sender(1))),
        ];
        busy(stage.sender(2)).await;
        all(others).await;
        stage.end(true).await;
    });
}

// R2, T8: the same while a client stops it: what is refused was not handled, and the rest is handled once
#[test]
fn calls_arrive_during_stops() {
    search(|| async {
        let stage = Stage::open(2).await;
        let (scribe, top) = (stage.scribe.clone(), stage.top.clone());
        let mut clumsy = stage.sender(0);
        let others = [
            beside(async move {
                // It may crash on the way.
                let _ = scribe.stop().await;
            }),
            beside(async move {
                let _ = top.restart_child("scribe").await;
            }),
            beside(async move {
                let _ = clumsy.call(ScribeClient::collapse_late).await;
            }),
            beside(busy(stage.sender(1))),
        ];
        busy(stage.sender(2)).await;
        all(others).await;
        comes_back(&stage).await;
        stage.end(false).await;
    });
}

/// Waits until it takes messages again.
async fn comes_back(stage: &Stage) {
    let mut waiting = stage.sender(u32::MAX - 1);
    while waiting.call(ScribeClient::read).await.is_err() {
        shuttle::future::yield_now().await;
    }
}

// R2, T6: the next incarnation starts once the killed handler has let go, and what waits is handled by it
#[test]
fn calls_arrive_while_a_handler_hangs() {
    search(|| async {
        let stage = Stage::open(2).await;
        let (top, mut hanging) = (stage.top.clone(), stage.sender(0));
        let (book, hangs) = (stage.book.clone(), hanging.line());
        let scribe = stage.scribe.clone();
        let others = [
            beside(async move {
                let answer = scribe.hang(hangs).await;
                hanging.book.note(hangs, &answer);
                let _ = hanging.call(ScribeClient::write).await;
            }),
            beside(async move {
                while !book.was_begun(hangs) {
                    shuttle::future::yield_now().await;
                }
                top.restart_child("scribe").await.expect_err("it hangs");
            }),
            beside(busy(stage.sender(1))),
            beside(busy(stage.sender(2))),
        ];
        while !others.iter().all(shuttle::future::JoinHandle::is_finished) {
            shuttle::future::yield_now().await;
            pass(DEADLINE / 4);
        }
        all(others).await;
        stage.end(true).await;
    });
}

// R1, R3: a supervisor that is stopped at any moment leaves nothing behind
#[test]
fn a_supervisor_stops_at_any_moment() {
    search(|| async {
        let stage = Stage::open(2).await;
        let (top, mut clumsy) = (stage.top.clone(), stage.sender(0));
        let slot = stage.slot();
        let others = [
            beside(async move {
                let _ = clumsy.call(ScribeClient::collapse_late).await;
                let _ = clumsy.call(ScribeClient::write).await;
            }),
            beside(async move {
                let _ = top.restart_child("scribe").await;
            }),
            beside(busy(stage.sender(1))),
        ];
        let _ = stage.top.stop().await;
        all(others).await;
        let Stage {
            book,
            scribe,
            system,
            top,
        } = stage;
        drop((scribe, system, top));
        are_over().await;
        assert_eq!(slot.strong_count(), 0, "the server is kept in memory");
        assert_eq!(book.states(), 0, "a state was lost");
        book.check_one_at_a_time();
        book.check(false);
    });
}
