//! Hearing of a server's end, and ending with it.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc as StdArc;
use std::task::{Context, Poll};

use crate::contain::text_of;
use crate::exit::Down;
use crate::protocol::Protocol;
use crate::protocol::port::PortRef;
use crate::protocol::ticket::Ticket;
use crate::sync::Arc;

/// A future of the end of one incarnation of a server; see [`Client::monitor`](super::Client::monitor).
#[must_use = "a monitor tells nothing unless it is awaited"]
pub struct Monitor {
    ticket: Arc<Ticket<Down>>,
}

impl Monitor {
    pub(super) fn of<M: Protocol>(port: &PortRef<M>) -> Self {
        Self {
            ticket: port.get().monitor(),
        }
    }
}

impl Future for Monitor {
    type Output = Down;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Down> {
        // A monitor is always answered, and only once: after that there is nothing to wait for.
        match self.ticket.poll(cx) {
            Poll::Ready(Ok(down)) => Poll::Ready(down),
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.ticket.abandon();
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").finish_non_exhaustive()
    }
}

/// Runs `task` as long as the server behind `port` does not crash; crashes the server if `task` panics.
pub(super) async fn linked<M: Protocol, T>(
    port: &PortRef<M>,
    task: impl Future<Output = T>,
) -> Result<T, Down> {
    let mut watch = Some(Monitor::of(port));
    let mut task = pin!(task);
    std::future::poll_fn(|cx| {
        if let Some(monitor) = &mut watch
            && let Poll::Ready(down) = Pin::new(monitor).poll(cx)
        {
            watch = None;
            if !down.reason.is_graceful() {
                return Poll::Ready(Err(down));
            }
        }
        match catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => {
                crash(port, &*panic);
                resume_unwind(panic)
            }
        }
    })
    .await
}

fn crash<M: Protocol>(port: &PortRef<M>, panic: &(dyn Any + Send)) {
    let message = format!("a task linked to it panicked: {}", text_of(panic));
    port.get().crash(message.into());
}

/// Which of two linked servers has ended first.
pub(crate) enum FirstDown {
    Ours(Down),
    Theirs(Down),
}

pub(crate) async fn first_down(mut ours: Monitor, mut theirs: Monitor) -> FirstDown {
    std::future::poll_fn(|cx| {
        if let Poll::Ready(down) = Pin::new(&mut ours).poll(cx) {
            return Poll::Ready(FirstDown::Ours(down));
        }
        Pin::new(&mut theirs).poll(cx).map(FirstDown::Theirs)
    })
    .await
}

/// What a server that is linked to the one that is down ends with.
pub(crate) fn spread(down: &Down) -> Option<StdArc<str>> {
    let spreads = !down.reason.is_graceful();
    spreads.then(|| format!("a server linked to it ended: {down}").into())
}
