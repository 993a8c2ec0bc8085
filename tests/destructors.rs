//! Destructors that panic: in a state, in a message, in what a panic was raised with.

use std::sync::Arc;

use noex::prelude::*;

use crate::probe::{Probe, busy, count_terminated, in_time, lone, poll_once, push};

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "dropped");
    }
}

// T7: a destructor that panics in the state harms no caller, and the end is said once
#[tokio::test]
async fn a_panic_in_the_states_destructor_is_contained() {
    for inline in [true, false] {
        let (system, probe) = lone(inline).await;
        let mut events = system.events();
        let planted = probe.work(Box::new(|probe, _| {
            probe.kept.push(Box::new(Bomb));
            1
        }));
        assert_eq!(planted.await, Ok(1));
        probe.stop().await.expect("it is saved");
        assert_eq!(count_terminated(&mut events), 1);
        assert!(system.find::<Probe>("probe").is_none());
    }
}

// T7: a destructor that panics in a message nobody runs harms nobody
#[tokio::test]
async fn a_panic_in_an_abandoned_messages_destructor_is_contained() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let (gate, holding) = busy(&probe).await;
        let bomb = Bomb;
        let mut call = probe.work(Box::new(move |_, _| {
            let _bomb = &bomb;
            0
        }));
        assert!(poll_once(&mut call).await.is_none());
        drop(call);
        gate.open();
        assert_eq!(holding.await.expect("no panic"), Ok(0));
        assert_eq!(in_time(probe.work(push(1))).await, Ok(0));
    }
}

// T7: what a panic was raised with may panic when it is dropped
#[tokio::test]
async fn a_panic_with_a_panicking_payload_is_contained() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let look = Box::new(|_: &Probe, _: &mut Cx<Probe>| std::panic::panic_any(Arc::new(Bomb)));
        let error = in_time(probe.look(look)).await;
        assert_eq!(
            error,
            Err(CallError::Crashed {
                message: "a panic without a message".into(),
            })
        );
        assert_eq!(probe.work(push(1)).await, Ok(0));
    }
}
