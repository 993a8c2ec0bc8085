//! The payments: what was taken, and the receipts that orders have not fetched yet.

use std::collections::BTreeMap;

use noex::prelude::*;
use serde::Serialize;

use crate::order::OrderId;
use crate::terminal::Terminal;

/// What the payments can be asked.
#[derive(Protocol)]
pub enum PaymentsMsg {
    /// Charges an order, once however often it is asked; the number of the receipt.
    #[call(u64)]
    Charge {
        /// Which order.
        order: OrderId,
        /// How much.
        amount: u64,
    },
    /// An order has its receipt, and will not ask again.
    #[cast]
    Close {
        /// Which order.
        order: OrderId,
    },
    /// What was taken.
    #[call(Till)]
    Look,
    /// Crashes it, for somebody to watch.
    #[cast]
    Crash,
}

/// The till. It crashes whenever its terminal does, and has then taken nothing: a crash goes back to the last record.
#[derive(Debug, Default, GenServer)]
#[genserver(protocol = PaymentsMsg, env = Terminal)]
#[persist(interval = "1s")]
pub struct Payments {
    taken: u64,
    receipts: u64,
    open: BTreeMap<OrderId, u64>,
}

/// What was taken, for a person to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Till {
    /// How much.
    pub taken: u64,
    /// How many receipts there are.
    pub receipts: u64,
}

#[noex::handlers(PaymentsMsg)]
impl Payments {
    fn charge(&mut self, order: OrderId, amount: u64, cx: &mut Cx<Self>) -> u64 {
        if let Some(receipt) = self.open.get(&order) {
            return *receipt;
        }
        let receipt = self.note(order, amount);
        // A crash in here takes back what was noted, as nothing of it is saved.
        cx.env.charge();
        receipt
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a message owns what it carries"
    )]
    fn close(&mut self, order: OrderId) {
        self.open.remove(&order);
    }

    fn look(&self) -> Till {
        Till {
            taken: self.taken,
            receipts: self.receipts,
        }
    }

    #[expect(clippy::unused_self, reason = "it is a message's handler")]
    fn crash(&mut self) {
        panic!("the till is stuck");
    }
}

impl Payments {
    fn note(&mut self, order: OrderId, amount: u64) -> u64 {
        self.taken += amount;
        self.receipts += 1;
        self.open.insert(order, self.receipts);
        self.receipts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_are_numbered_and_the_money_is_summed_up() {
        let mut payments = Payments::default();

        assert_eq!(payments.note("1".into(), 6), 1);
        assert_eq!(payments.note("2".into(), 9), 2);
        payments.close("1".into());

        let till = Till {
            taken: 15,
            receipts: 2,
        };
        assert_eq!(payments.look(), till);
        assert_eq!(payments.open, BTreeMap::from([("2".to_owned(), 2)]));
    }
}
