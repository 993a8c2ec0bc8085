//! A delivery: a server that is there for a while, and deletes its record when it has nothing left to do.

use std::time::Duration;

use noex::prelude::*;

use crate::desk::{Absent, DeskClient};
use crate::order::OrderId;

/// How many corners it is to the customer.
const CORNERS: u32 = 5;

/// What a delivery can be told.
#[derive(Protocol)]
pub enum DeliveryMsg {
    /// Crashes it, for somebody to watch.
    #[cast]
    Crash,
    /// It is at the next corner.
    #[info]
    Corner,
    /// The desk has noted the arrival, or has not.
    #[info]
    Noted {
        /// Which of the two.
        result: Result<(), CallError<Absent>>,
    },
}

/// One order on its way. After a crash it goes on from the corner that was saved.
// A delivery that arrived just before the power went has nobody to come back for it: its record expires.
#[derive(Debug, GenServer)]
#[genserver(
    protocol = DeliveryMsg, env = Road, args = OrderId, init = Delivery::pick_up, on_start = Delivery::ride,
)]
#[persist(
    interval = "500ms",
    key = "deliveries:{name}",
    max_age = "7d",
    cleanup_interval = "1h"
)]
pub struct Delivery {
    order: OrderId,
    corners: u32,
}

/// What a delivery needs.
#[derive(Clone, Debug)]
pub struct Road {
    /// Whom it tells of its arrival.
    pub desk: DeskClient,
    /// How long it takes from one corner to the next.
    pub pace: Duration,
}

#[noex::handlers(DeliveryMsg)]
impl Delivery {
    fn corner(&mut self, cx: &mut Cx<Self>) {
        self.corners = self.corners.saturating_sub(1);
        if self.corners == 0 {
            self.arrive(cx);
        }
    }

    fn noted(&mut self, result: Result<(), CallError<Absent>>, cx: &mut Cx<Self>) {
        match result {
            Ok(()) => cx.stop_with(Stop::deleting_state()),
            // It rings again at the next tick.
            Err(error) => tracing::info!("delivery {} waits at the door: {error}", self.order),
        }
    }

    fn crash(&mut self) {
        panic!("delivery {} fell off the bicycle", self.order);
    }
}

impl Delivery {
    fn pick_up(order: &OrderId, _: &mut InitCx<Self>) -> Self {
        Self {
            order: order.clone(),
            corners: CORNERS,
        }
    }

    fn ride(&mut self, cx: &mut Cx<Self>) {
        tracing::info!("delivery {} has {} corners to go", self.order, self.corners);
        cx.send_interval(cx.env.pace, || DeliveryMsg::Corner);
    }

    fn arrive(&self, cx: &mut Cx<Self>) {
        let (desk, order) = (cx.env.desk.clone(), self.order.clone());
        cx.spawn(async move { desk.arrived(order).await }, |result| {
            DeliveryMsg::Noted { result }
        });
    }
}
