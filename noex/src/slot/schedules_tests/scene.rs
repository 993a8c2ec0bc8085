//! A scene: one system with one scribe, those who send to it, and what has to hold when all is over.

use std::sync::{Arc, Weak};

use super::book::{Book, Line};
use super::scribe::{Scribe, ScribeClient};
use crate::client::Client;
use crate::error::CallError;
use crate::event::{Event, EventStream};
use crate::protocol::call::{Call, Cast};
use crate::server::Spec;
use crate::slot::Slot;
use crate::sync::{breathe, lock, spawned_tasks, unfinished_tasks};
use crate::system::System;

use super::scribe::ScribeMsg;

/// One server and its books.
pub(super) struct Scene {
    pub(super) book: Arc<Book>,
    pub(super) scribe: ScribeClient,
    pub(super) system: System,
    pub(super) slot: Weak<Slot<Scribe>>,
    events: EventStream,
}

/// A sender: numbers what it sends, and notes what it is told.
pub(super) struct Sender {
    pub(super) book: Arc<Book>,
    pub(super) scribe: ScribeClient,
    name: u32,
    number: u32,
}

pub(super) fn spec(book: &Arc<Book>) -> Spec<Scribe, crate::Given> {
    Scribe::spec(()).name("scribe").env(book.clone())
}

impl Scene {
    pub(super) async fn open(
        change: impl FnOnce(Spec<Scribe, crate::Given>) -> Spec<Scribe, crate::Given>,
    ) -> Self {
        let book = Arc::new(Book::default());
        let system = System::builder().seed(1).build();
        let events = system.events();
        let scribe = system
            .start(change(spec(&book)))
            .await
            .expect("nothing keeps it from starting");
        let entered = system.inner.find::<Scribe>("scribe");
        let slot = entered
            .and_then(|server| server.any().downcast::<Slot<Scribe>>().ok())
            .expect("it is entered");
        Self {
            book,
            scribe,
            slot: Arc::downgrade(&slot),
            system,
            events,
        }
    }

    pub(super) fn sender(&self, sender: u32) -> Sender {
        Sender::new(&self.book, self.scribe.clone(), sender)
    }

    /// Stops the server, which is up and idle, and checks that nothing was lost.
    pub(super) async fn end(self) {
        self.end_up(true).await;
    }

    /// The same where handlers have panicked.
    pub(super) async fn end_with_panics(self) {
        self.end_up(false).await;
    }

    async fn end_up(self, lossless: bool) {
        let mut last = self.sender(u32::MAX);
        last.call(ScribeClient::read)
            .await
            .expect("the server is up");
        drop(last);
        self.scribe.stop().await.expect("nothing is stored");
        assert_eq!(self.book.farewells(), 1);
        self.end_stopped(lossless).await;
    }

    /// Checks what holds once the server has ended, in whatever way.
    pub(super) async fn end_stopped(mut self, lossless: bool) {
        let terminated = times_terminated(&mut self.events);
        assert_eq!(terminated, 1, "times `Terminated`");
        assert!(self.book.farewells() <= 1);
        let Self {
            book,
            slot,
            scribe,
            system,
            events,
        } = self;
        drop((scribe, system, events));
        is_left_empty(&slot).await;
        let (tasks, most) = (spawned_tasks(), 10 + 2 * book.sent());
        assert!(
            tasks <= most,
            "{tasks} tasks were spawned, not {most} at most"
        );
        assert_eq!(book.states(), 0, "a state was lost");
        book.check_one_at_a_time();
        book.check(lossless);
    }
}

/// How often the end of a server was told.
pub(super) fn times_terminated(events: &mut EventStream) -> usize {
    std::iter::from_fn(|| events.try_next())
        .filter(|event| matches!(event, Event::Terminated { .. }))
        .count()
}

/// Waits until every task of the runtime has ended.
pub(super) async fn are_over() {
    const PATIENCE: u32 = 500;
    for _ in 0..PATIENCE {
        if unfinished_tasks().is_empty() {
            return;
        }
        shuttle::future::yield_now().await;
    }
    panic!("tasks are left: {:?}", unfinished_tasks());
}

/// Waits until nothing keeps the server in memory, whose last task is the timer.
async fn is_left_empty(slot: &Weak<Slot<Scribe>>) {
    const PATIENCE: u32 = 500;
    for _ in 0..PATIENCE {
        if slot.strong_count() == 0 {
            return are_over().await;
        }
        shuttle::future::yield_now().await;
    }
    let slot = slot.upgrade();
    let kept = slot.as_ref().map(|slot| {
        let (seated, rescued) = (lock(&slot.seat).is_some(), lock(&slot.rescued).is_some());
        let queued = slot.queued();
        format!("core in its seat: {seated}, rescued: {rescued}, queued: {queued}")
    });
    panic!("the server is kept in memory: {kept:?}");
}

impl Sender {
    pub(super) fn new(book: &Arc<Book>, scribe: ScribeClient, name: u32) -> Self {
        Self {
            book: book.clone(),
            scribe,
            name,
            number: 0,
        }
    }

    pub(super) fn line(&mut self) -> Line {
        self.number += 1;
        Line {
            sender: self.name,
            number: self.number,
        }
    }

    /// Sends one call and notes what came of it.
    pub(super) async fn call(
        &mut self,
        method: for<'a> fn(&'a ScribeClient, Line) -> Call<'a, ScribeMsg, u64>,
    ) -> Result<u64, CallError> {
        let line = self.line();
        let answer = method(&self.scribe, line).await;
        self.book.note(line, &answer);
        answer
    }

    /// Sends one cast and notes whether it is in.
    pub(super) async fn cast(
        &mut self,
        method: for<'a> fn(&'a ScribeClient, Line) -> Cast<'a, ScribeMsg>,
    ) -> Result<(), CallError> {
        let line = self.line();
        let sent = method(&self.scribe, line).await;
        self.book.note_cast(line, &sent);
        sent
    }
}

/// Runs `task` beside whoever calls.
pub(super) fn beside(
    task: impl Future<Output = ()> + Send + 'static,
) -> shuttle::future::JoinHandle<()> {
    shuttle::future::spawn(task)
}

/// Waits for all of `tasks`.
pub(super) async fn all(tasks: impl IntoIterator<Item = shuttle::future::JoinHandle<()>>) {
    for task in tasks {
        task.await.expect("nobody cancels it");
    }
    breathe().await;
}
