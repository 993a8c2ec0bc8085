//! What a stop for a restart could not save: whoever stops the supervisor before the child is back is told.

use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter};
use noex::{Backoff, ShutdownError, StopError, Supervisor, SupervisorHandle};

use super::scene::{Diary, SECOND, child, crash, hangs, restarted, settled, ups};
use crate::any_store::AnyStore;
use crate::counter::{self, pass};
use crate::probe::push;

/// Why `b` does not stop as it should.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    Unsaved,
    Killed,
}

const TROUBLES: [Trouble; 2] = [Trouble::Unsaved, Trouble::Killed];

/// `a` and `b`, which has something to lose; when `a` crashes, both wait for a minute.
struct Pair {
    system: System,
    faults: FaultyAdapter<AnyStore>,
    diary: Diary,
    handle: SupervisorHandle,
}

impl Pair {
    async fn start(is_nested: bool) -> Self {
        let store = FaultyAdapter::new(AnyStore::new());
        let (faults, diary) = (store.clone(), Diary::default());
        let system = counter::system(store);
        let top = Supervisor::one_for_all("top").delay(Backoff::new(60 * SECOND, 60 * SECOND));
        let (a, b) = (diary.child("a"), diary.child("b"));
        let top = if is_nested {
            top.child(a)
                .child(Supervisor::one_for_one("inner").child(b))
        } else {
            top.child(a).child(b)
        };
        let handle = system.supervise(top).await.expect("they start");
        let b = child(&system, "b");
        b.work(push(1)).await.expect("it runs");
        b.checkpoint().await.expect("it is saved");
        b.work(push(2)).await.expect("it runs");
        Self {
            system,
            faults,
            diary,
            handle,
        }
    }

    async fn crash(&self, trouble: Trouble) {
        match trouble {
            Trouble::Unsaved => self.faults.always(Call::Write, Fault::Rejected),
            Trouble::Killed => self.diary.next("-b", hangs()),
        }
        crash(&child(&self.system, "a")).await;
    }
}

fn assert_told(error: &ShutdownError, trouble: Trouble) {
    let is_it = match (&error.failed[..], trouble) {
        ([StopError::Unsaved { server, .. }], Trouble::Unsaved)
        | ([StopError::Killed { server, .. }], Trouble::Killed) => server.contains("`b`"),
        _ => false,
    };
    assert!(is_it, "{trouble:?}: {error}");
}

// T2, R3: a sibling that was not saved, or killed, in its halt is in the report of a stop before its restart
#[tokio::test(start_paused = true)]
async fn what_a_halt_has_lost_is_reported() {
    for trouble in TROUBLES {
        for is_nested in [false, true] {
            for by_system in [false, true] {
                let pair = Pair::start(is_nested).await;
                pair.crash(trouble).await;
                pass(10 * SECOND).await;
                assert_eq!(ups(&pair.handle), [false, false]);
                let stopped = if by_system {
                    pair.system.shutdown().await
                } else {
                    pair.handle.stop().await
                };
                assert_told(&stopped.expect_err("it is lost"), trouble);
                assert!(pair.handle.stop().await.is_ok(), "it was told");
            }
        }
    }
}

// T2, R3: the same where the stop comes while the sibling is still in its halt
#[tokio::test(start_paused = true)]
async fn what_a_halt_under_way_loses_is_reported() {
    for trouble in TROUBLES {
        for is_nested in [false, true] {
            let pair = Pair::start(is_nested).await;
            pair.crash(trouble).await;
            settled().await;
            let stopped = pair.handle.stop().await;
            assert_told(&stopped.expect_err("it is lost"), trouble);
        }
    }
}

// T2, R2: once the child is back it has what was saved, and a later stop has nothing to tell of that
#[tokio::test(start_paused = true)]
async fn what_a_halt_has_lost_is_no_news_after_the_restart() {
    for trouble in TROUBLES {
        let pair = Pair::start(false).await;
        let mut events = pair.system.events();
        pair.crash(trouble).await;
        pass(10 * SECOND).await;
        pair.faults.heal();
        restarted(&mut events, "b").await;
        settled().await;
        assert_eq!(crate::probe::seen(&child(&pair.system, "b")).await, [1]);
        pair.handle.stop().await.expect("nothing is lost any more");
    }
}
