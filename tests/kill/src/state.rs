//! An order as the books know it: its items and how far it is, and what each change makes of it.

use std::collections::BTreeMap;

use serde_json::Value;

/// What an order is, as far as its changes decide it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    items: BTreeMap<String, u64>,
    status: Status,
}

/// How far an order is; a payment that has begun comes to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Status {
    #[default]
    Pending,
    Paid,
    Shipped,
    Cancelled,
}

/// One thing that is done to an order.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Add { sku: String, quantity: u64 },
    Pay,
    Ship,
    Cancel,
}

impl State {
    pub(crate) fn new(sku: &str, quantity: u64) -> Self {
        let change = Change::Add {
            sku: sku.to_owned(),
            quantity,
        };
        Self::default().after(&change)
    }

    pub(crate) fn after(mut self, change: &Change) -> Self {
        match change {
            Change::Add { sku, quantity } => {
                *self.items.entry(sku.clone()).or_default() += quantity;
            }
            Change::Pay => self.status = Status::Paid,
            Change::Ship => self.status = Status::Shipped,
            Change::Cancel => self.status = Status::Cancelled,
        }
        self
    }

    pub(crate) fn status(&self) -> Status {
        self.status
    }

    pub(crate) fn is_final(&self) -> bool {
        matches!(self.status, Status::Shipped | Status::Cancelled)
    }

    /// The order of an answer, whose parts have to fit one another.
    pub(crate) fn read(order: &Value) -> Option<Self> {
        let items = order.get("items")?.as_object()?;
        let items = items
            .iter()
            .map(|(sku, quantity)| Some((sku.clone(), quantity.as_u64()?)));
        let items: BTreeMap<_, _> = items.collect::<Option<_>>()?;
        let status = match order.get("status")?.as_str()? {
            "pending" => Status::Pending,
            "paid" => Status::Paid,
            "shipped" => Status::Shipped,
            "cancelled" => Status::Cancelled,
            _ => return None,
        };
        let is_paid = matches!(status, Status::Paid | Status::Shipped);
        let fits = order.get("units")?.as_u64()? == items.values().sum::<u64>()
            && order.get("receipt")?.is_string() == is_paid
            && order.get("updated_at")?.as_str()? >= order.get("created_at")?.as_str()?;
        fits.then_some(Self { items, status })
    }
}
