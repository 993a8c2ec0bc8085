//! Version 1 of an order, and its way to today's: a list of lines became one quantity for each item.

use std::collections::BTreeMap;
use std::time::SystemTime;

use uuid::Uuid;

use super::{Order, OrderError, Sku, Status, item};

/// An order as version 1 stored it: an item may be on several lines, and nothing says when it was changed.
#[derive(noex::Stored)]
pub(super) struct OrderV1 {
    pub(super) id: Uuid,
    pub(super) items: Vec<(Sku, u32)>,
    pub(super) status: Status,
    pub(super) created_at: SystemTime,
}

impl TryFrom<OrderV1> for Order {
    type Error = OrderError;

    fn try_from(old: OrderV1) -> Result<Self, OrderError> {
        let mut items = BTreeMap::new();
        // Version 1 took lines of nothing.
        for (sku, quantity) in old.items.into_iter().filter(|(_, quantity)| *quantity > 0) {
            let had = items.get(&sku).copied().unwrap_or(0);
            items.insert(sku, item::sum(had, quantity)?);
        }
        Ok(Self {
            id: old.id,
            items,
            status: old.status,
            created_at: old.created_at,
            updated_at: old.created_at,
            card: None,
            receipt: None,
            changed_at: None,
            payers: Vec::new(),
        })
    }
}
