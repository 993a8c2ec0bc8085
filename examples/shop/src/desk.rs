//! The desk: sees to it that no order stands still, after whatever crash.
//!
//! A server of a family comes back when it is called. The desk is who calls: it is started after the orders, so each
//! time these are stopped and opened again, it looks anew which of them are not at their end.

use std::collections::BTreeSet;
use std::time::Duration;

use noex::prelude::*;
use noex::store::StoreError;
use noex::{CheckpointError, Family};

use crate::order::{Order, OrderId};

/// How often open orders are looked after.
const ROUND: Duration = Duration::from_millis(200);

/// What the desk can be asked.
#[derive(Protocol)]
pub enum DeskMsg {
    /// Looks after an order from now on.
    #[cast]
    Watch {
        /// Which order.
        order: OrderId,
    },
    /// A courier has handed over an order: answered once that is on the disk.
    #[call(Result<(), Absent>)]
    Arrived {
        /// Which order.
        order: OrderId,
    },
    /// Crashes it, for somebody to watch.
    #[cast]
    Crash,
    /// It is time for a round.
    #[info]
    Round,
    /// A round is over.
    #[info]
    Seen {
        /// The orders at which there is nothing left to do.
        over: Vec<OrderId>,
    },
}

/// The open orders. They are not stored: which orders are open is known from the orders.
#[derive(Debug, Default, GenServer)]
#[genserver(protocol = DeskMsg, env = Family<Order>, on_start = Desk::open)]
pub struct Desk {
    open: BTreeSet<OrderId>,
}

/// The arrival could not be noted; the courier has to ring again.
#[derive(Debug, thiserror::Error)]
pub enum Absent {
    /// The order did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// It is not on the disk.
    #[error(transparent)]
    Save(#[from] CheckpointError),
}

#[noex::handlers(DeskMsg)]
impl Desk {
    fn watch(&mut self, order: OrderId) {
        self.open.insert(order);
    }

    async fn arrived(&self, order: OrderId, cx: &mut Cx<Self>) -> Result<(), Absent> {
        let order = cx.env.at(&order);
        order.arrive().await?;
        order.checkpoint().await?;
        Ok(())
    }

    #[expect(clippy::unused_self, reason = "it is a message's handler")]
    fn crash(&mut self) {
        panic!("the desk is on fire");
    }

    fn round(&mut self, cx: &mut Cx<Self>) {
        let round = look_after(cx.env.clone(), self.open.clone());
        cx.spawn(round, |over| DeskMsg::Seen { over });
    }

    fn seen(&mut self, over: Vec<OrderId>, cx: &mut Cx<Self>) {
        for order in over {
            self.open.remove(&order);
        }
        cx.send_after(ROUND, DeskMsg::Round);
    }
}

impl Desk {
    async fn open(&mut self, cx: &mut Cx<Self>) -> Result<(), StoreError> {
        self.open.extend(cx.env.keys().all().await?);
        cx.send(DeskMsg::Round);
        Ok(())
    }
}

/// Wakes orders, and says which of them are at their end.
async fn look_after(orders: Family<Order>, open: BTreeSet<OrderId>) -> Vec<OrderId> {
    let mut over = Vec::new();
    for order in open {
        match orders.at(&order).wake().await {
            Ok(true) => over.push(order),
            Ok(false) => {}
            // It is woken again at the next round.
            Err(error) => tracing::info!("order {order} cannot be woken: {error}"),
        }
    }
    over
}
