//! An order as a server: its state, what it does at each message, and the hooks around saving.

mod item;
mod message;
#[cfg(test)]
mod tests;
mod v1;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use noex::PersistenceError;
use noex::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use item::{NewOrder, NotASku, Sku, View};
pub use message::{Charged, OrderClient, OrderError, OrderMsg};
use v1::OrderV1;

use crate::gateway::{Card, Charge, Gateway, Receipt};

/// One order. The public way to it is its client, from a family with the order's id as the key.
#[derive(Debug, GenServer)]
#[genserver(
    protocol = OrderMsg, env = Deps, args = NewOrder, init = Order::open, on_start = Order::resume,
    idle_timeout = "10m",
)]
#[persist(
    interval = "30s", version = 2, migrate(1 = OrderV1),
    before_persist = Order::stamp, on_restore = Order::announce, on_error = report,
)]
pub struct Order {
    id: Uuid,
    #[persist(as = "Vec<(_, _)>")]
    items: BTreeMap<Sku, u32>,
    status: Status,
    created_at: SystemTime,
    updated_at: SystemTime,
    /// The card that is being charged, so that a restart can go on with it.
    card: Option<Card>,
    receipt: Option<Receipt>,
    /// When it was last changed, if this incarnation did it.
    #[persist(skip)]
    changed_at: Option<SystemTime>,
    /// Who waits for the gateway.
    #[persist(skip)]
    payers: Vec<ReplyTo<Result<View, OrderError>>>,
}

/// What an order needs besides its state.
#[derive(Clone)]
pub struct Deps {
    /// Where it is paid.
    pub gateway: Arc<dyn Gateway>,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Takes items, and waits to be paid.
    Pending,
    /// The gateway has been asked, or is about to be.
    Paying,
    /// Waits to be shipped.
    Paid,
    /// On its way.
    Shipped,
    /// Not wanted any more.
    Cancelled,
}

#[noex::handlers(OrderMsg)]
impl Order {
    fn add_item(&mut self, sku: Sku, quantity: u32) -> Result<View, OrderError> {
        self.expect(Status::Pending, "take items")?;
        let had = self.items.get(&sku).copied().unwrap_or(0);
        let has = item::sum(had, quantity)?;
        self.items.insert(sku, has);
        self.changed_at = Some(SystemTime::now());
        Ok(self.view())
    }

    /// Paying twice pays once: whoever asks meanwhile or afterwards gets the same receipt.
    fn pay(&mut self, card: Card, reply: ReplyTo<Result<View, OrderError>>, cx: &mut Cx<Self>) {
        match self.status {
            Status::Pending if self.items.is_empty() => reply.send(Err(OrderError::Empty)),
            Status::Pending => {
                self.go_to(Status::Paying);
                self.card = Some(card);
                self.payers.push(reply);
                self.charge(cx);
            }
            Status::Paying => self.payers.push(reply),
            Status::Paid | Status::Shipped => reply.send(Ok(self.view())),
            Status::Cancelled => reply.send(Err(self.cannot("be paid"))),
        }
    }

    fn charged(&mut self, result: Charged) {
        self.card = None;
        let answer = match result {
            Ok(receipt) => {
                self.receipt = Some(receipt);
                self.go_to(Status::Paid);
                Ok(self.view())
            }
            Err(error) => {
                self.go_to(Status::Pending);
                Err(error)
            }
        };
        for payer in std::mem::take(&mut self.payers) {
            payer.send(answer.clone());
        }
    }

    fn ship(&mut self) -> Result<View, OrderError> {
        self.expect(Status::Paid, "be shipped")?;
        self.go_to(Status::Shipped);
        Ok(self.view())
    }

    fn cancel(&mut self) -> Result<View, OrderError> {
        self.expect(Status::Pending, "be cancelled")?;
        self.go_to(Status::Cancelled);
        Ok(self.view())
    }

    fn read(&self) -> View {
        self.view()
    }
}

impl Order {
    /// What has to hold of every order, however old: a rehearsal asks each of them.
    ///
    /// # Errors
    ///
    /// What does not hold.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.status == Status::Paying && self.card.is_none() {
            return Err("it is being paid, and nobody knows by which card");
        }
        if self.items.values().any(|quantity| *quantity == 0) {
            return Err("one of its items is ordered zero times");
        }
        Ok(())
    }

    fn open(new: &NewOrder, _: &mut InitCx<Self>) -> Self {
        let now = SystemTime::now();
        Self {
            id: new.id(),
            items: new.items().clone(),
            status: Status::Pending,
            created_at: now,
            updated_at: now,
            card: None,
            receipt: None,
            changed_at: None,
            payers: Vec::new(),
        }
    }

    /// A payment that a crash or a stop cut off is asked for again: the gateway knows the order.
    fn resume(&mut self, cx: &mut Cx<Self>) {
        if self.status == Status::Paying {
            self.charge(cx);
        }
    }

    /// The gateway hears of a charge only when the intent is on the disk: a crash in between cannot forget a payment.
    fn charge(&self, cx: &mut Cx<Self>) {
        let Some(card) = self.card.clone() else {
            return;
        };
        let charge = Charge {
            order: self.id,
            card,
            units: self.units(),
        };
        let (me, gateway) = (cx.client(), cx.env.gateway.clone());
        cx.spawn(
            async move {
                me.checkpoint().await.map_err(|_| OrderError::NotRecorded)?;
                gateway.charge(charge).await.map_err(OrderError::from)
            },
            |result| OrderMsg::Charged { result },
        );
    }

    /// The time of the change, not of the save: an order that nobody changed is not written anew.
    fn stamp(&self) -> Persist<Stored<Self>> {
        match self.changed_at {
            Some(updated_at) => Persist::Changed(Stored::<Self> {
                updated_at,
                ..self.to_stored()
            }),
            None => Persist::AsIs,
        }
    }

    fn announce(&mut self, meta: &RecordMeta) {
        let saved_at = humantime::format_rfc3339_seconds(meta.saved_at);
        tracing::info!(order = %self.id, version = meta.version, "goes on from {saved_at}");
    }

    fn expect(&self, status: Status, wish: &'static str) -> Result<(), OrderError> {
        if self.status == status {
            Ok(())
        } else {
            Err(self.cannot(wish))
        }
    }

    fn cannot(&self, wish: &'static str) -> OrderError {
        OrderError::Status {
            status: self.status,
            wish,
        }
    }

    fn go_to(&mut self, status: Status) {
        self.status = status;
        self.changed_at = Some(SystemTime::now());
    }

    fn units(&self) -> u64 {
        self.items.values().copied().map(u64::from).sum()
    }

    fn view(&self) -> View {
        View {
            id: self.id,
            status: self.status,
            items: self.items.clone(),
            units: self.units(),
            receipt: self.receipt.clone(),
            created_at: self.created_at,
            updated_at: self.changed_at.unwrap_or(self.updated_at),
        }
    }
}

fn report(error: &PersistenceError) {
    tracing::error!(key = %error.key(), "not as it should be: {}", noex::Chain(error));
}
