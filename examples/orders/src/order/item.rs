//! What orders are made of and shown as: items, new orders, views.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use super::{OrderError, Status};
use crate::gateway::Receipt;

/// The number of an article: 1 to 64 letters, digits, `-`, `_` and `.`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sku(String);

/// A text that is no article number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an article number: it has 1 to 64 letters, digits, `-`, `_` and `.`")]
pub struct NotASku(String);

/// An order to be: its quantities are sound.
#[derive(Clone, Debug)]
pub struct NewOrder {
    id: Uuid,
    items: BTreeMap<Sku, u32>,
}

/// An order as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// Its id.
    pub id: Uuid,
    /// How far it is.
    pub status: Status,
    /// How many of each item.
    pub items: BTreeMap<Sku, u32>,
    /// How many items altogether.
    pub units: u64,
    /// The proof of its payment.
    pub receipt: Option<Receipt>,
    /// When it was made.
    #[serde(serialize_with = "rfc3339")]
    pub created_at: SystemTime,
    /// When it was last changed.
    #[serde(serialize_with = "rfc3339")]
    pub updated_at: SystemTime,
}

impl NewOrder {
    /// An order of these items; none of them may be ordered zero times.
    ///
    /// # Errors
    ///
    /// One of them is.
    pub fn new(id: Uuid, items: BTreeMap<Sku, u32>) -> Result<Self, OrderError> {
        if items.values().any(|quantity| *quantity == 0) {
            return Err(OrderError::Quantity);
        }
        Ok(Self { id, items })
    }

    pub(super) fn id(&self) -> Uuid {
        self.id
    }

    pub(super) fn items(&self) -> &BTreeMap<Sku, u32> {
        &self.items
    }
}

/// `had` and `more` of an item.
pub(super) fn sum(had: u32, more: u32) -> Result<u32, OrderError> {
    if more == 0 {
        return Err(OrderError::Quantity);
    }
    had.checked_add(more).ok_or(OrderError::Quantity)
}

impl TryFrom<String> for Sku {
    type Error = NotASku;

    fn try_from(text: String) -> Result<Self, NotASku> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if (1..=64).contains(&text.len()) && text.chars().all(allowed) {
            Ok(Self(text))
        } else {
            Err(NotASku(text))
        }
    }
}

impl From<Sku> for String {
    fn from(sku: Sku) -> Self {
        sku.0
    }
}

fn rfc3339<Z: Serializer>(time: &SystemTime, serializer: Z) -> Result<Z::Ok, Z::Error> {
    serializer.collect_str(&humantime::format_rfc3339_millis(*time))
}
