//! Streams attached to a server.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};

use futures_core::Stream;
use noex::ExitReason;
use noex::testing::Gate;

use crate::probe::{ProbeMsg, at, in_time, lone, seen, terminated};

/// Counts up to three, or panics there; what was taken is known outside.
struct Numbers {
    taken: Arc<AtomicU32>,
    panics: bool,
}

impl Stream for Numbers {
    type Item = u32;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u32>> {
        let n = self.taken.load(Ordering::SeqCst);
        if n == 3 {
            assert!(!self.panics, "in the stream");
            return Poll::Ready(None);
        }
        self.taken.store(n + 1, Ordering::SeqCst);
        Poll::Ready(Some(n))
    }
}

// M4: of a stream one item is queued at a time: the next is taken when the last was handled
#[tokio::test]
async fn a_stream_waits_for_its_server() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let taken = Arc::new(AtomicU32::new(0));
        let (counted, gate) = (taken.clone(), Gate::new());
        let held = gate.clone();
        let attached = probe.work(Box::new(move |_, cx| {
            let numbers = Numbers {
                taken: counted,
                panics: false,
            };
            cx.attach(numbers, move |n| ProbeMsg::Dwell {
                errand: at(&held, n),
            });
            0
        }));
        assert_eq!(attached.await, Ok(0));
        in_time(gate.has_waiting(1)).await;
        assert_eq!(taken.load(Ordering::SeqCst), 1);
        gate.open();
        while taken.load(Ordering::SeqCst) < 3 {
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
        assert_eq!(in_time(seen(&probe)).await, [0, 1, 2]);
    }
}

// T7: a panic in an attached stream is a crash
#[tokio::test]
async fn a_panic_in_a_stream_is_a_crash() {
    for inline in [true, false] {
        let (system, probe) = lone(inline).await;
        let mut events = system.events();
        let attached = probe.work(Box::new(|_, cx| {
            let numbers = Numbers {
                taken: Arc::default(),
                panics: true,
            };
            cx.attach(numbers, |n| ProbeMsg::Hear { n });
            0
        }));
        assert_eq!(attached.await, Ok(0));
        let (_, reason) = in_time(terminated(&mut events)).await;
        let expected = ExitReason::Crashed {
            message: "in the stream".into(),
        };
        assert_eq!(reason, expected);
    }
}
