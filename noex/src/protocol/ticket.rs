//! A ticket: what a caller holds while its message waits or its handler runs.
//!
//! Queued, begun, answered, expired or abandoned is decided under one short lock, so that a call that timed out
//! while queued is never executed and one that has begun never claims that it has not.

use std::task::{Context, Poll, Waker};

use std::sync::Arc as StdArc;

use crate::error::Failure;
use crate::slot::running::Orphan;
use crate::sync::{Arc, Mutex, lock};

/// One message's way back to its sender.
pub(crate) struct Ticket<R> {
    state: Mutex<State<R>>,
}

enum State<R> {
    Queued(Option<Waker>),
    Begun(Option<Waker>),
    Done(Result<R, Failure>),
    /// The caller has gone, or has taken its answer.
    Closed,
}

impl<R> Ticket<R> {
    pub(crate) fn queued() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State::Queued(None)),
        })
    }

    pub(crate) fn begun() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State::Begun(None)),
        })
    }

    /// A ticket with its answer.
    pub(crate) fn answered(answer: R) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State::Done(Ok(answer))),
        })
    }

    /// Whether the message may still run; from here on it counts as begun.
    pub(crate) fn begin(&self) -> bool {
        let mut state = lock(&self.state);
        match &mut *state {
            State::Queued(waker) => {
                *state = State::Begun(waker.take());
                true
            }
            State::Begun(_) => true,
            State::Done(_) | State::Closed => false,
        }
    }

    /// Answers the caller, unless it was answered before or has gone.
    pub(crate) fn answer(&self, answer: Result<R, Failure>) {
        self.finish(|_| answer);
    }

    /// The same; whether the caller still waited.
    pub(crate) fn reach(&self, reply: R) -> bool {
        self.finish(|_| Ok(reply))
    }

    /// Ends the wait for a message that was dropped: `NotRunning` while queued, `crashed` once begun.
    pub(crate) fn lose(&self, crashed: Failure) {
        self.finish(|begun| Err(if begun { crashed } else { Failure::NotRunning }));
    }

    /// The caller no longer waits: a queued message will not run.
    pub(crate) fn abandon(&self) {
        *lock(&self.state) = State::Closed;
    }

    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<R, Failure>> {
        let mut state = lock(&self.state);
        match &mut *state {
            State::Queued(waker) | State::Begun(waker) => {
                match waker {
                    Some(known) => known.clone_from(cx.waker()),
                    None => *waker = Some(cx.waker().clone()),
                }
                Poll::Pending
            }
            State::Done(_) => match std::mem::replace(&mut *state, State::Closed) {
                State::Done(answer) => Poll::Ready(answer),
                _ => Poll::Ready(Err(Failure::NoReply)),
            },
            State::Closed => Poll::Ready(Err(Failure::NoReply)),
        }
    }
}

impl<R: Send> Orphan for Ticket<R> {
    fn crashed(&self, message: &StdArc<str>) {
        self.answer(Err(Failure::crashed(message.clone())));
    }
}

/// What a deadline can end.
pub(crate) trait Expire: Send + Sync {
    /// The time is over: `Expired` while queued, `TimedOut` once begun.
    fn expire(&self);

    /// Whether there is nothing left to end.
    fn is_over(&self) -> bool;
}

impl<R: Send> Expire for Ticket<R> {
    fn expire(&self) {
        self.finish(|begun| {
            Err(if begun {
                Failure::TimedOut
            } else {
                Failure::Expired
            })
        });
    }

    fn is_over(&self) -> bool {
        matches!(&*lock(&self.state), State::Done(_) | State::Closed)
    }
}

impl<R> Ticket<R> {
    /// Ends the wait with `answer`, which is told whether the message has begun; whether anybody waited.
    fn finish(&self, answer: impl FnOnce(bool) -> Result<R, Failure>) -> bool {
        let mut state = lock(&self.state);
        let (begun, waker) = match &mut *state {
            State::Queued(waker) => (false, waker.take()),
            State::Begun(waker) => (true, waker.take()),
            State::Done(_) | State::Closed => return false,
        };
        *state = State::Done(answer(begun));
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }
}
