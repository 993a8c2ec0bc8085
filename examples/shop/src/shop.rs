//! The tree: what is started after what, and what is restarted with what.

use std::time::Duration;

use noex::prelude::*;
use noex::{ConfigureError, Family, Intensity, StartError};

use crate::delivery::Delivery;
use crate::desk::{Desk, DeskClient};
use crate::order::{Order, Partners};
use crate::payments::{Payments, PaymentsClient};
use crate::stock::{Stock, StockClient};
use crate::terminal::Terminal;

/// The parts of a shop, as they are reached by name: whichever incarnation of them is up.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Everything that lives.
    pub system: System,
    /// The shelves.
    pub stock: StockClient,
    /// The till.
    pub payments: PaymentsClient,
    /// The orders.
    pub orders: Family<Order>,
    /// Who looks after them.
    pub desk: DeskClient,
}

/// The tree of a shop could not be put together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Options contradict one another.
    #[error(transparent)]
    Configure(#[from] ConfigureError),
    /// The system does not run.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// A shop, and the supervisor that starts it.
///
/// ```text
/// shop          one_for_one: a delivery on its way does not mind what becomes of the till
/// - deliveries  dynamic: they come with the orders and go when they have arrived
/// - trade       rest_for_one: each of these relies on those before it, and looks anew when one of them has gone back
///   - stock     to its last record
///   - payments
///   - orders
///   - desk
/// ```
///
/// # Errors
///
/// Options contradict one another, or the system does not run.
pub fn plan(
    system: &System,
    terminal: Terminal,
    pace: Duration,
) -> Result<(Shop, Supervisor), PlanError> {
    let deliveries = system.dynamic_supervisor("deliveries").build()?;
    let stock = system.client::<Stock>("stock");
    let payments = system.client::<Payments>("payments");
    let desk = system.client::<Desk>("desk");
    let orders = system.family("orders").env(Partners {
        stock: stock.clone(),
        payments: payments.clone(),
        deliveries: deliveries.clone(),
        desk: desk.clone(),
        pace,
    });
    let orders = orders.build()?;

    let trade = Supervisor::rest_for_one("trade")
        // The till crashes with its terminal, many times on a busy day. More than that is no bad luck any more.
        .intensity(Intensity::new(20, Duration::from_secs(10)))
        .child(Stock::spec(Stock::full).name("stock"))
        .child(
            Payments::spec(Payments::default)
                .name("payments")
                .env(terminal),
        )
        .child(&orders)
        .child(Desk::spec(Desk::default).name("desk").env(orders.clone()));
    let tree = Supervisor::one_for_one("shop")
        .child(&deliveries)
        .child(trade);

    let shop = Shop {
        system: system.clone(),
        stock,
        payments,
        orders,
        desk,
    };
    Ok((shop, tree))
}

impl Shop {
    /// Crashes a part, for somebody to watch; whether there is such a part.
    ///
    /// # Errors
    ///
    /// It cannot be reached.
    pub async fn crash(&self, part: &str, id: Option<&str>) -> Result<bool, CallError> {
        let told = match (part, id) {
            ("stock", None) => self.stock.crash().await,
            ("payments", None) => self.payments.crash().await,
            ("desk", None) => self.desk.crash().await,
            ("orders", Some(id)) => self.crash_order(id).await,
            ("deliveries", Some(id)) => self.system.client::<Delivery>(id).crash().await,
            _ => return Ok(false),
        };
        match told {
            Err(CallError::NotStored | CallError::NotRunning) => Ok(false),
            told => told.map(|()| true),
        }
    }

    /// A cast says nothing of what became of it, so whether there is such an order is asked first.
    async fn crash_order(&self, id: &str) -> Result<(), CallError> {
        let order = self.orders.at(id);
        order.read().await?;
        order.crash().await
    }
}
