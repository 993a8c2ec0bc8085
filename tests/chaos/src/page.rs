//! The server of all these rounds: it counts what it is asked to do, and can be asked for everything that goes wrong.

mod state;

use std::time::Duration;

use noex::Down;
use noex::prelude::*;
use noex::testing::Gate;

pub(crate) use self::state::{Env, Page};
use crate::ledger::{Mark, Op};

/// What a handler found the state to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Receipt {
    pub(crate) mark: Mark,
    pub(crate) poisoned: bool,
}

/// What a page can be asked.
#[derive(Protocol)]
pub(crate) enum PageMsg {
    /// Counts.
    #[call(Receipt)]
    Add { op: Op },
    /// Counts, with a pause in the middle.
    #[call(Receipt)]
    Slow { op: Op, pause: Duration },
    /// Changes nothing.
    #[call(Receipt)]
    Look { op: Op },
    /// Changes nothing, and takes its time.
    #[call(Receipt)]
    Muse { op: Op, pause: Duration },
    /// Counts, and answers later or never.
    #[call(Receipt)]
    Later {
        op: Op,
        pause: Duration,
        is_dropped: bool,
    },
    /// Panics halfway.
    #[call(Receipt)]
    Crash { op: Op },
    /// Panics without having touched anything.
    #[call(Receipt)]
    Slip { op: Op },
    /// Counts halfway, and waits at a gate.
    #[call(Receipt)]
    Hang { op: Op, gate: Gate },
    /// Waits at a gate.
    #[call(Receipt)]
    Gaze { op: Op, gate: Gate },
    /// Counts, and does something beside.
    #[call(Receipt)]
    Errand {
        op: Op,
        pause: Duration,
        panics: bool,
    },
    /// Counts, and stops.
    #[call(Receipt)]
    Quit { op: Op, how: Stop },
    /// Counts, and asks another.
    #[call(Receipt)]
    Ask { op: Op, peer: PageClient },
    /// Links itself to another.
    #[call(Receipt)]
    Tie { op: Op, peer: PageClient },
    /// Watches another.
    #[call(Receipt)]
    Mind { op: Op, peer: PageClient },
    /// Counts, unheard.
    #[cast]
    Note { op: Op },
    /// Panics at every later change.
    #[cast]
    Poison { op: Op },
    /// The errand is done.
    #[info]
    Back,
    /// It is time to answer what was put off.
    #[info]
    Answer { is_dropped: bool },
    /// Another one is down.
    #[info]
    Fell { down: Down },
}

#[handlers(PageMsg)]
#[expect(
    clippy::needless_pass_by_value,
    reason = "handlers own what they are sent"
)]
impl Page {
    fn add(&mut self, op: Op) -> Receipt {
        self.enter(op);
        self.change(op)
    }

    async fn slow(&mut self, op: Op, pause: Duration) -> Receipt {
        self.enter(op);
        self.left += 1;
        tokio::time::sleep(pause).await;
        self.left -= 1;
        self.change(op)
    }

    fn look(&self, op: Op) -> Receipt {
        self.enter(op);
        self.receipt()
    }

    async fn muse(&self, op: Op, pause: Duration) -> Receipt {
        self.enter(op);
        tokio::time::sleep(pause).await;
        self.receipt()
    }

    fn later(
        &mut self,
        op: Op,
        pause: Duration,
        is_dropped: bool,
        reply: ReplyTo<Receipt>,
        cx: &mut Cx<Self>,
    ) {
        self.enter(op);
        self.change(op);
        self.owed.push_back(reply);
        cx.send_after(pause, PageMsg::Answer { is_dropped });
    }

    fn crash(&mut self, op: Op) -> Receipt {
        self.enter(op);
        self.left += 1;
        self.fall("told to crash")
    }

    fn slip(&self, op: Op) -> Receipt {
        self.enter(op);
        panic!("chaos: told to slip")
    }

    async fn hang(&mut self, op: Op, gate: Gate) -> Receipt {
        self.enter(op);
        self.left += 1;
        gate.pass().await;
        self.left -= 1;
        self.change(op)
    }

    async fn gaze(&self, op: Op, gate: Gate) -> Receipt {
        self.enter(op);
        gate.pass().await;
        self.receipt()
    }

    fn errand(&mut self, op: Op, pause: Duration, panics: bool, cx: &mut Cx<Self>) -> Receipt {
        self.enter(op);
        let errand = async move {
            tokio::time::sleep(pause).await;
            assert!(!panics, "chaos: an errand was told to panic");
        };
        cx.spawn(errand, |()| PageMsg::Back);
        self.change(op)
    }

    fn quit(&mut self, op: Op, how: Stop, cx: &mut Cx<Self>) -> Receipt {
        self.enter(op);
        cx.stop_with(how);
        self.change(op)
    }

    async fn ask(&mut self, op: Op, peer: PageClient) -> Receipt {
        self.enter(op);
        let passed_on = Op {
            passed_on: true,
            ..op
        };
        let asked = peer.add(passed_on).await;
        if asked.is_err_and(|error| error.is_not_run()) {
            self.ledger().denied(passed_on);
        }
        self.change(op)
    }

    fn tie(&mut self, op: Op, peer: PageClient, cx: &mut Cx<Self>) -> Receipt {
        self.enter(op);
        cx.link(&peer);
        self.change(op)
    }

    fn mind(&mut self, op: Op, peer: PageClient, cx: &mut Cx<Self>) -> Receipt {
        self.enter(op);
        cx.monitor(&peer, |down| PageMsg::Fell { down });
        self.change(op)
    }

    fn note(&mut self, op: Op) {
        self.enter(op);
        self.change(op);
    }

    fn poison(&mut self, op: Op) {
        self.enter(op);
        self.poisoned = true;
        self.change_to(op.n);
    }

    fn back(&mut self) {
        self.change_to(1);
    }

    fn answer(&mut self, is_dropped: bool) {
        let owed = self.owed.pop_front();
        if let Some(reply) = owed.filter(|_| !is_dropped) {
            reply.send(self.receipt());
        }
        self.change_to(2);
    }

    fn fell(&mut self, down: Down) {
        let key = self.key();
        self.ledger().tell(format!("{key} hears that {down}"));
        self.change_to(3);
    }
}
