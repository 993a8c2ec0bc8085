//! The stock: what is on the shelves, and what is put aside for orders.

use std::collections::BTreeMap;

use noex::prelude::*;
use serde::Serialize;

use crate::order::{Items, OrderId};

/// What the stock can be asked.
#[derive(Protocol)]
pub enum StockMsg {
    /// Puts aside what an order needs, once however often it is asked.
    #[call(Result<(), Short>)]
    Reserve {
        /// For which order.
        order: OrderId,
        /// What it needs.
        items: Items,
    },
    /// Hands out what was put aside for an order.
    #[cast]
    HandOut {
        /// For which order.
        order: OrderId,
    },
    /// What there is.
    #[call(Shelves)]
    Look,
    /// Crashes it, for somebody to watch.
    #[cast]
    Crash,
}

/// The shelves and the orders they wait for.
#[derive(Debug, GenServer)]
#[genserver(protocol = StockMsg)]
#[persist(interval = "1s")]
pub struct Stock {
    left: Items,
    reserved: BTreeMap<OrderId, Items>,
}

/// There is not enough of an article.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{left} of `{article}` left, {wanted} wanted")]
pub struct Short {
    /// Of which.
    pub article: String,
    /// How many there are.
    pub left: u32,
    /// How many were wanted.
    pub wanted: u32,
}

/// What there is, for a person to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shelves {
    /// What can be ordered.
    pub left: Items,
    /// What is put aside, by order.
    pub reserved: BTreeMap<OrderId, Items>,
}

#[noex::handlers(StockMsg)]
impl Stock {
    fn reserve(&mut self, order: OrderId, items: Items) -> Result<(), Short> {
        if self.reserved.contains_key(&order) {
            return Ok(());
        }
        // All of it or nothing: first a look, then the taking.
        for (article, wanted) in &items {
            self.expect(article, *wanted)?;
        }
        for (article, wanted) in &items {
            if let Some(left) = self.left.get_mut(article) {
                *left -= wanted;
            }
        }
        self.reserved.insert(order, items);
        Ok(())
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a message owns what it carries"
    )]
    fn hand_out(&mut self, order: OrderId) {
        self.reserved.remove(&order);
    }

    fn look(&self) -> Shelves {
        Shelves {
            left: self.left.clone(),
            reserved: self.reserved.clone(),
        }
    }

    #[expect(clippy::unused_self, reason = "it is a message's handler")]
    fn crash(&mut self) {
        panic!("a shelf fell over");
    }
}

impl Stock {
    /// The shelves on the first day.
    #[must_use]
    pub fn full() -> Self {
        let articles = [("tea", 100), ("cup", 100), ("pot", 20)];
        Self {
            left: articles
                .map(|(article, count)| (article.to_owned(), count))
                .into(),
            reserved: BTreeMap::new(),
        }
    }

    fn expect(&self, article: &str, wanted: u32) -> Result<(), Short> {
        let left = self.left.get(article).copied().unwrap_or(0);
        if left >= wanted {
            return Ok(());
        }
        Err(Short {
            article: article.to_owned(),
            left,
            wanted,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_asks_twice_and_gets_it_once() {
        let mut stock = Stock::full();

        for _ in 0..2 {
            assert_eq!(stock.reserve("1".into(), items(&[("pot", 3)])), Ok(()));
        }

        assert_eq!(stock.look().left["pot"], 17);
        stock.hand_out("1".into());
        assert_eq!(stock.look().reserved, BTreeMap::new());
    }

    #[test]
    fn all_of_an_order_is_put_aside_or_nothing() {
        let mut stock = Stock::full();

        let short = stock.reserve("1".into(), items(&[("cup", 1), ("pot", 21)]));

        let told = short.expect_err("there are 20").to_string();
        assert_eq!(told, "20 of `pot` left, 21 wanted");
        assert_eq!(stock.look(), Stock::full().look());
    }

    fn items(items: &[(&str, u32)]) -> Items {
        let owned = items
            .iter()
            .map(|(article, count)| ((*article).to_owned(), *count));
        owned.collect()
    }
}
