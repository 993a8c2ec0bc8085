//! An order as a server: it goes on from where it is, one step after the other, whatever crashes in between.

mod message;
mod step;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use noex::prelude::*;
use serde::{Deserialize, Serialize};

pub use message::{OrderClient, OrderMsg};
pub use step::{Delay, Partners, Progress};

use step::Step;

/// What an order is known by.
pub type OrderId = String;

/// Articles, and how many of each.
pub type Items = BTreeMap<String, u32>;

/// What everything costs.
const PRICE: u64 = 3;

/// One order. What it has reached is its state, so that a crash costs it no more than the step it was at.
#[derive(Debug, GenServer)]
#[genserver(
    protocol = OrderMsg, env = Partners, args = NewOrder, init = Order::place, on_start = Order::go_on,
    idle_timeout = "30s",
)]
#[persist(interval = "1s")]
pub struct Order {
    id: OrderId,
    items: Items,
    status: Status,
    receipt: Option<u64>,
    /// Whether a step is under way, or has to be waited for elsewhere, in this incarnation.
    #[persist(skip)]
    waits: bool,
}

/// An order that is to be placed.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// What it is to be known by.
    pub id: OrderId,
    /// What is ordered.
    pub items: Items,
}

/// How far an order is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is written down.
    Placed,
    /// The stock has put its items aside.
    Reserved,
    /// There is a receipt.
    Paid,
    /// It is with a courier.
    Sent,
    /// It has arrived.
    Delivered,
    /// The stock has not got what it needs.
    Refused {
        /// Why.
        why: String,
    },
}

/// An order, for a person to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// What it is known by.
    pub id: OrderId,
    /// What was ordered.
    pub items: Items,
    /// What that costs.
    pub amount: u64,
    /// How far it is.
    pub status: Status,
    /// The number of the receipt.
    pub receipt: Option<u64>,
}

#[noex::handlers(OrderMsg)]
impl Order {
    fn wake(&mut self, cx: &mut Cx<Self>) -> bool {
        self.go_on(cx);
        self.is_over()
    }

    fn stepped(&mut self, result: Result<Progress, Delay>, cx: &mut Cx<Self>) {
        self.waits = false;
        match result {
            Ok(progress) => {
                self.advance(progress);
                self.go_on(cx);
            }
            // Whatever it was, the desk will wake it again.
            Err(delay) => tracing::info!("order {} waits: {delay}", self.id),
        }
    }

    fn arrive(&mut self) {
        // A fast courier is there before the order has heard that there is one.
        if matches!(self.status, Status::Paid | Status::Sent) {
            self.go_to(Status::Delivered);
        }
    }

    fn read(&self) -> View {
        View {
            id: self.id.clone(),
            items: self.items.clone(),
            amount: self.amount(),
            status: self.status.clone(),
            receipt: self.receipt,
        }
    }

    fn crash(&mut self) {
        panic!("order {} was torn up", self.id);
    }
}

impl Order {
    fn place(new: &NewOrder, _: &mut InitCx<Self>) -> Self {
        Self {
            id: new.id.clone(),
            items: new.items.clone(),
            status: Status::Placed,
            receipt: None,
            waits: false,
        }
    }

    /// Begins the next step, in every incarnation as far as it was.
    fn go_on(&mut self, cx: &mut Cx<Self>) {
        if self.waits || self.is_over() {
            return;
        }
        self.waits = true;
        let step = Step {
            order: self.read(),
            me: cx.client(),
            partners: cx.env.clone(),
        };
        cx.spawn(step.take(), |result| OrderMsg::Stepped { result });
    }

    fn advance(&mut self, progress: Progress) {
        match progress {
            Progress::Reserved => self.go_to(Status::Reserved),
            Progress::Refused(short) => self.go_to(Status::Refused {
                why: short.to_string(),
            }),
            Progress::Paid { receipt } => {
                self.receipt = Some(receipt);
                self.go_to(Status::Paid);
            }
            Progress::Sent => {
                if self.status == Status::Paid {
                    self.go_to(Status::Sent);
                }
                // The courier says when it has arrived.
                self.waits = true;
            }
        }
    }

    fn go_to(&mut self, status: Status) {
        tracing::info!("order {} is {status}", self.id);
        self.status = status;
    }

    fn is_over(&self) -> bool {
        matches!(self.status, Status::Delivered | Status::Refused { .. })
    }

    fn amount(&self) -> u64 {
        self.items.values().copied().map(u64::from).sum::<u64>() * PRICE
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Placed => f.write_str("placed"),
            Self::Reserved => f.write_str("reserved"),
            Self::Paid => f.write_str("paid"),
            Self::Sent => f.write_str("sent"),
            Self::Delivered => f.write_str("delivered"),
            Self::Refused { why } => write!(f, "refused: {why}"),
        }
    }
}
