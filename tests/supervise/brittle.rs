//! What users give that panics when it is cloned or dropped: supervisors live on, and end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use noex::Supervisor;
use noex::prelude::*;

use super::scene::{Diary, SECOND, settled, system};

#[derive(Protocol)]
enum BrittleMsg {
    #[call(u32)]
    Touch,
}

/// Panics when it is cloned, and when it is dropped while it is armed.
struct Glass {
    armed: Arc<AtomicBool>,
}

impl Clone for Glass {
    fn clone(&self) -> Self {
        panic!("it breaks");
    }
}

impl Drop for Glass {
    fn drop(&mut self) {
        assert!(!self.armed.load(Ordering::SeqCst), "it breaks");
    }
}

#[derive(GenServer, Default)]
#[genserver(protocol = BrittleMsg, env = Glass)]
struct Brittle {
    touched: u32,
}

#[handlers(BrittleMsg)]
impl Brittle {
    fn touch(&mut self) -> u32 {
        self.touched += 1;
        self.touched
    }
}

// S4, R1, R3: an environment that breaks fails the start of its own server; the tree is cleared away and the system ends
#[tokio::test(start_paused = true)]
async fn an_environment_that_breaks_fails_its_own_start() {
    let ((system, _events), diary) = (system(), Diary::default());
    let armed = Arc::new(AtomicBool::new(true));
    let glass = Glass {
        armed: armed.clone(),
    };
    let brittle = Brittle::spec(Brittle::default).env(glass).name("glass");
    let top = Supervisor::one_for_one("top")
        .child(diary.child("a"))
        .child(brittle);
    let failed = system.supervise(top).await.expect_err("it breaks");
    assert!(format!("{failed:?}").contains("Panicked"), "{failed:?}");
    settled().await;
    armed.store(false, Ordering::SeqCst);
    assert_eq!(diary.take(), "+a -a");
    system.start(diary.child("a")).await.expect("it is free");
    let report = system.shutdown_within(9 * SECOND).await;
    assert_eq!(report.expect("it stops").stopped, 1);
}

// S4, R1: a server that cannot start as it was configured is told each time, and keeps what it was given
#[tokio::test(start_paused = true)]
async fn a_plan_outlives_a_start_that_was_refused() {
    let system = System::without_store();
    let top = Supervisor::one_for_one("top").child(Diary::default().child("a"));
    let refused = system.supervise(top).await.expect_err("there is no store");
    assert!(format!("{refused:?}").contains("NoStore"), "{refused:?}");
    system.shutdown().await.expect("nothing runs");
}
