//! What an order can be asked, and why it may say no.

use noex::prelude::*;

use super::{Sku, Status, View};
use crate::gateway::{Card, Declined, Receipt};

/// What an order can be asked.
#[derive(Protocol)]
pub enum OrderMsg {
    /// Adds so many of an item.
    #[call(Result<View, OrderError>)]
    AddItem {
        /// Which item.
        sku: Sku,
        /// How many of it.
        quantity: u32,
    },
    /// Pays by card; answered once the gateway has answered.
    #[call(Result<View, OrderError>)]
    Pay {
        /// The card that pays.
        card: Card,
    },
    /// Ships what is paid.
    #[call(Result<View, OrderError>)]
    Ship,
    /// Cancels what is not paid yet.
    #[call(Result<View, OrderError>)]
    Cancel,
    /// The order as it is.
    #[call(View)]
    Read,
    /// The gateway has answered.
    #[info]
    Charged {
        /// What.
        result: Charged,
    },
}

/// What became of a payment.
pub type Charged = Result<Receipt, OrderError>;

/// Why an order says no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// It is too early or too late for that.
    #[error("the order is {status} and cannot {wish}")]
    Status {
        /// How far the order is.
        status: Status,
        /// What was asked.
        wish: &'static str,
    },
    /// There is nothing to pay for.
    #[error("the order is empty and cannot be paid")]
    Empty,
    /// None of an item, or more than can be counted.
    #[error("the quantity of an item is from 1 to {}", u32::MAX)]
    Quantity,
    /// The gateway said no.
    #[error(transparent)]
    Declined(#[from] Declined),
    /// The intent to pay could not be stored, so the gateway was not asked.
    #[error("the payment could not be stored, and was not made")]
    NotRecorded,
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Paying => "being paid",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Cancelled => "cancelled",
        })
    }
}
