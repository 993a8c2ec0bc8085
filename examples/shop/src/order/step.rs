//! One step of an order: what others are asked to do, beside the order's server, which stays free meanwhile.
//!
//! Nothing is lost or done twice, wherever a crash cuts it off: the order is on the disk before the next of its steps
//! begins, whoever was asked is on the disk before the step counts, and both know an order again that asks twice.

use std::time::Duration;

use noex::prelude::*;
use noex::{CheckpointError, DynamicSupervisor, StartError};

use super::{OrderClient, Status, View};
use crate::delivery::{Delivery, Road};
use crate::desk::DeskClient;
use crate::payments::PaymentsClient;
use crate::stock::{Short, StockClient};

/// Whom an order asks.
#[derive(Clone, Debug)]
pub struct Partners {
    /// Who puts its items aside.
    pub stock: StockClient,
    /// Who takes the money.
    pub payments: PaymentsClient,
    /// Who looks after the couriers.
    pub deliveries: DynamicSupervisor,
    /// Whom the couriers tell.
    pub desk: DeskClient,
    /// How long a courier takes from one corner to the next.
    pub pace: Duration,
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The items are put aside.
    Reserved,
    /// There are not enough.
    Refused(Short),
    /// It is paid.
    Paid {
        /// The number of the receipt.
        receipt: u64,
    },
    /// A courier is on the way with it.
    Sent,
}

/// Why a step was not taken; it can be tried again.
#[derive(Debug, thiserror::Error)]
pub enum Delay {
    /// Somebody who was asked crashed or was not there.
    #[error(transparent)]
    Call(#[from] CallError),
    /// What was done is not on the disk.
    #[error(transparent)]
    Save(#[from] CheckpointError),
    /// The courier did not start.
    #[error(transparent)]
    Courier(#[from] StartError),
}

pub(super) struct Step {
    pub(super) order: View,
    pub(super) me: OrderClient,
    pub(super) partners: Partners,
}

impl Step {
    pub(super) async fn take(self) -> Result<Progress, Delay> {
        self.me.checkpoint().await?;
        match self.order.status {
            Status::Placed => self.reserve().await,
            Status::Reserved => self.pay().await,
            _ => self.send().await,
        }
    }

    async fn reserve(self) -> Result<Progress, Delay> {
        let View { id, items, .. } = self.order;
        let stock = self.partners.stock;
        if let Err(error) = stock.reserve(id, items).await {
            return match error.into_failure() {
                Ok(failure) => Err(failure.into()),
                Err(short) => Ok(Progress::Refused(short)),
            };
        }
        stock.checkpoint().await?;
        Ok(Progress::Reserved)
    }

    async fn pay(self) -> Result<Progress, Delay> {
        let payments = self.partners.payments;
        let receipt = payments.charge(self.order.id, self.order.amount).await?;
        payments.checkpoint().await?;
        Ok(Progress::Paid { receipt })
    }

    /// Also asked for by an order that was sent before a restart: its courier goes on from its own record.
    async fn send(self) -> Result<Progress, Delay> {
        let (id, partners) = (self.order.id, self.partners);
        partners.stock.hand_out(id.clone()).await?;
        partners.stock.checkpoint().await?;
        partners.payments.close(id.clone()).await?;
        partners.payments.checkpoint().await?;
        let courier = Delivery::spec(id.clone()).name(id).env(Road {
            desk: partners.desk,
            pace: partners.pace,
        });
        // It comes back after a crash, but not once it has arrived.
        let courier = courier.restart(Restart::Transient);
        match partners.deliveries.start_child(courier).await {
            // A courier on the way outlives the order's server.
            Ok(_) | Err(StartError::NameTaken { .. }) => Ok(Progress::Sent),
            Err(error) => Err(error.into()),
        }
    }
}
