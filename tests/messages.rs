//! The mailbox: room, order, one at a time, and what a server sends itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use noex::prelude::*;

use crate::any_store::AnyStore;
use crate::probe::{ProbeClient, ProbeMsg, busy, in_time, lone, poll_once, probe, push, seen};

const SECOND: Duration = Duration::from_secs(1);

async fn small(inline: bool, room: usize) -> (System, ProbeClient) {
    let system = System::new(AnyStore::new());
    let probe = system.start(probe(inline).mailbox(room)).await;
    (system, probe.expect("a new probe"))
}

// M1: a full mailbox makes senders wait their turn
#[tokio::test]
async fn senders_wait_for_room() {
    for inline in [true, false] {
        let (_system, probe) = small(inline, 2).await;
        let (gate, holding) = busy(&probe).await;
        let mut casts: Vec<_> = (0..5).map(|n| probe.note(n)).collect();
        let mut sent = Vec::new();
        for cast in &mut casts {
            sent.push(poll_once(cast).await.is_some());
        }
        assert_eq!(sent, [true, true, false, false, false]);
        let mut call = probe.work(push(5));
        assert!(poll_once(&mut call).await.is_none());
        gate.open();
        assert_eq!(in_time(call).await, Ok(5));
        for cast in casts.into_iter().skip(2) {
            assert_eq!(cast.await, Ok(()));
        }
        assert_eq!(holding.await.expect("no panic"), Ok(0));
        assert_eq!(seen(&probe).await, [0, 1, 2, 3, 4, 5]);
    }
}

// M1: without a word of its own a mailbox has room for 1,024
#[tokio::test]
async fn a_mailbox_has_room_for_a_thousand() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let (gate, _holding) = busy(&probe).await;
        let taken = (0..2000)
            .take_while(|n| probe.note(*n).try_send().is_ok())
            .count();
        assert_eq!(taken, 1024);
        gate.open();
    }
}

// M1: `.try_send()` does not wait, and gives the message back
#[tokio::test]
async fn a_full_mailbox_gives_the_message_back() {
    for inline in [true, false] {
        let (_system, probe) = small(inline, 1).await;
        let (gate, holding) = busy(&probe).await;
        let pending = probe
            .work(push(1))
            .try_send()
            .expect("there is room for one");
        let noex::Full(message) = probe.note(7).try_send().expect_err("it is full");
        assert!(matches!(message, ProbeMsg::Note { n: 7 }));
        let Err(noex::Full(ProbeMsg::Work { .. })) = probe.work(push(2)).try_send() else {
            panic!("it is full");
        };
        gate.open();
        assert_eq!(pending.await, Ok(0));
        assert_eq!(holding.await.expect("no panic"), Ok(0));
        assert_eq!(seen(&probe).await, [1]);
    }
}

// M1: who waits for room is not overtaken by `.try_send()`
#[tokio::test]
async fn nobody_overtakes_who_waits_for_room() {
    for inline in [true, false] {
        let (_system, probe) = small(inline, 1).await;
        let (gate, _holding) = busy(&probe).await;
        probe.note(1).await.expect("there is room for one");
        let mut waiting = probe.note(2);
        assert!(poll_once(&mut waiting).await.is_none());
        assert!(probe.note(3).try_send().is_err());
        gate.open();
        waiting.await.expect("there is room");
        assert_eq!(seen(&probe).await, [1, 2]);
    }
}

// M1: what a server sends itself never waits for room, casts through its own client included
#[tokio::test]
async fn what_a_server_sends_itself_never_waits() {
    for inline in [true, false] {
        let (_system, probe) = small(inline, 1).await;
        let own = probe.clone();
        let work = probe.wait(Box::pin(async move {
            for n in 1..4 {
                own.note(n).await.expect("it never waits");
                own.note(10 * n).try_send().expect("there is always room");
            }
            0
        }));
        assert_eq!(in_time(work).await, Ok(0));
        let infos = probe.work(Box::new(|_, cx| {
            (4..7).for_each(|n| cx.send(ProbeMsg::Hear { n }));
            0
        }));
        assert_eq!(infos.await, Ok(0));
        assert_eq!(seen(&probe).await, [0, 1, 10, 2, 20, 3, 30, 4, 5, 6]);
    }
}

// M1: infos of timers, futures and streams need no room either
#[tokio::test(start_paused = true)]
async fn infos_never_wait_for_room() {
    for inline in [true, false] {
        let (_system, probe) = small(inline, 1).await;
        let planted = probe.work(Box::new(|_, cx| {
            cx.send_after(SECOND, ProbeMsg::Hear { n: 1 });
            cx.spawn(tokio::time::sleep(SECOND), |()| ProbeMsg::Hear { n: 2 });
            0
        }));
        assert_eq!(planted.await, Ok(0));
        let (gate, _holding) = busy(&probe).await;
        probe.note(0).await.expect("there is room for one");
        tokio::time::sleep(2 * SECOND).await;
        gate.open();
        let mut heard = seen(&probe).await;
        heard.sort_unstable();
        assert_eq!(heard, [0, 1, 2]);
    }
}

// M3: one sender's messages are handled in the order in which they are first polled
#[tokio::test]
async fn messages_are_handled_in_the_order_sent() {
    for inline in [true, false] {
        let (_system, probe) = small(inline, 4).await;
        for n in 0..300 {
            match n % 3 {
                0 => probe.note(n).await.expect("it runs"),
                1 => assert_eq!(probe.work(push(n)).await, Ok(n)),
                _ => assert_eq!(probe.wait(Box::pin(async move { n })).await, Ok(0)),
            }
        }
        let (mut late, early) = (probe.note(300), probe.note(301));
        early.await.expect("it runs");
        assert!(poll_once(&mut late).await.is_some());
        let expected: Vec<u32> = (0..300).chain([301, 300]).collect();
        assert_eq!(seen(&probe).await, expected);
    }
}

// M3: many senders on several threads: each in its own order, nothing lost, one at a time
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_sender_keeps_its_order() {
    for inline in [true, false] {
        let (_system, probe) = small(inline, 8).await;
        let running = Arc::new(AtomicU32::new(0));
        let senders: Vec<_> = (0..4)
            .map(|sender| tokio::spawn(send_many(probe.clone(), sender, running.clone())))
            .collect();
        for sender in senders {
            in_time(sender).await.expect("no panic");
        }
        let seen = seen(&probe).await;
        for sender in 0..4 {
            let own = seen.iter().copied().filter(|n| n / 1000 == sender);
            assert!(own.eq((0..200).map(|n| sender * 1000 + n)));
        }
    }
}

async fn send_many(probe: ProbeClient, sender: u32, running: Arc<AtomicU32>) {
    for n in 0..200 {
        let (n, running) = (sender * 1000 + n, running.clone());
        if n % 2 == 0 {
            probe.note(n).await.expect("it runs");
            continue;
        }
        let errand = async move {
            assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0);
            tokio::task::yield_now().await;
            running.fetch_sub(1, Ordering::SeqCst);
            n
        };
        assert_eq!(probe.wait(Box::pin(errand)).await, Ok(0));
    }
}
