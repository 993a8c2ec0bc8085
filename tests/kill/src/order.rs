//! An order as the books know it: its items and how far it is, and what clerks do to it.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::Failure;
use crate::book::Book;
use crate::clerk::{Desk, Trouble, check, wrong};
use crate::http::{Answer, Connection};
use crate::trade::Trade;

/// What an order is, as far as its changes decide it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Order {
    items: BTreeMap<String, u64>,
    status: Status,
}

/// How far an order is; a payment that has begun comes to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Status {
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

impl Trade for Order {
    type Change = Change;

    const NAME: &'static str = "orders";

    fn after(mut self, change: &Change) -> Self {
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

    fn is_final(&self) -> bool {
        matches!(self.status, Status::Shipped | Status::Cancelled)
    }

    fn read(answer: &Answer) -> Option<Self> {
        let order = matches!(answer.status, 200 | 201).then_some(&answer.json)?;
        let items = order.get("items")?.as_object()?;
        let items = items
            .iter()
            .map(|(sku, quantity)| Some((sku.clone(), quantity.as_u64()?)));
        let items: BTreeMap<_, _> = items.collect::<Option<_>>()?;
        let status = Status::read(order)?;
        let is_paid = matches!(status, Status::Paid | Status::Shipped);
        let fits = order.get("units")?.as_u64()? == items.values().sum::<u64>()
            && order.get("receipt")?.is_string() == is_paid
            && order.get("updated_at")?.as_str()? >= order.get("created_at")?.as_str()?;
        fits.then_some(Self { items, status })
    }

    /// A payment that was cut off is waited for by asking for it again, which pays once.
    fn look(connection: &mut Connection, id: &str) -> io::Result<Answer> {
        let answer = connection.get(&format!("/orders/{id}"))?;
        let is_paying = |status: &Value| status == "paying";
        if answer.json.get("status").is_some_and(is_paying) {
            return connection.post(&format!("/orders/{id}/pay"), &card());
        }
        Ok(answer)
    }

    fn create(desk: &mut Desk<Self>) -> Result<(), Trouble> {
        let (sku, quantity) = desk.item();
        let mut book = Book::new(desk.chance.uuid(), Self::new(&sku, quantity));
        let body = json!({ "id": book.id, "items": { sku: quantity } });
        let answer = desk.ask(|connection| connection.post("/orders", &body));
        book.is_created = answer.is_ok();
        let checked = answer.and_then(|answer| check(&answer, 201, &book));
        desk.day.books.push(book);
        checked
    }

    fn change(desk: &mut Desk<Self>, book: &mut Book<Self>) -> Result<(), Trouble> {
        match (book.state().status, desk.chance.below(100)) {
            (_, 0..6) => desk.checkpoint(book),
            (_, 6..12) => desk.read(book),
            (Status::Pending, 12..18) => desk.pay(book),
            (Status::Pending, 18..20) => desk.post(book, Change::Cancel, "cancel", &json!({})),
            (Status::Pending, _) => {
                let (sku, quantity) = desk.item();
                let body = json!({ "sku": sku, "quantity": quantity });
                desk.post(book, Change::Add { sku, quantity }, "items", &body)
            }
            (Status::Paid, 12..30) => desk.post(book, Change::Ship, "ship", &json!({})),
            _ => desk.read(book),
        }
    }

    /// They are in a database, which the service itself vouches for.
    fn count_stored(_: &Path) -> Result<Option<usize>, Failure> {
        Ok(None)
    }
}

impl Order {
    fn new(sku: &str, quantity: u64) -> Self {
        let change = Change::Add {
            sku: sku.to_owned(),
            quantity,
        };
        Self::default().after(&change)
    }
}

impl Status {
    fn read(order: &Value) -> Option<Self> {
        match order.get("status")?.as_str()? {
            "pending" => Some(Self::Pending),
            "paid" => Some(Self::Paid),
            "shipped" => Some(Self::Shipped),
            "cancelled" => Some(Self::Cancelled),
            _ => None,
        }
    }
}

impl Desk<Order> {
    fn post(
        &mut self,
        book: &mut Book<Order>,
        change: Change,
        what: &str,
        body: &Value,
    ) -> Result<(), Trouble> {
        let path = format!("/orders/{}/{what}", book.id);
        self.apply(book, change, |connection| connection.post(&path, body))
    }

    /// An order that says it is paid stays paid: the intent is stored before the gateway is asked.
    fn pay(&mut self, book: &mut Book<Order>) -> Result<(), Trouble> {
        book.is_saving = true;
        self.post(book, Change::Pay, "pay", &card())?;
        book.keep();
        Ok(())
    }

    fn checkpoint(&mut self, book: &mut Book<Order>) -> Result<(), Trouble> {
        book.is_saving = true;
        let path = format!("/orders/{}/checkpoint", book.id);
        let answer = self.ask(|connection| connection.post(&path, &json!({})))?;
        if answer.status != 200 {
            return Err(wrong(&answer, book));
        }
        book.keep();
        Ok(())
    }

    fn read(&mut self, book: &Book<Order>) -> Result<(), Trouble> {
        let path = format!("/orders/{}", book.id);
        let answer = self.ask(|connection| connection.get(&path))?;
        check(&answer, 200, book)
    }

    fn item(&mut self) -> (String, u64) {
        let articles = ["tea", "cup", "pot", "spoon", "kettle"];
        let article = articles
            .get(self.chance.index(articles.len()))
            .unwrap_or(&"tea");
        ((*article).to_owned(), 1 + self.chance.below(9))
    }
}

fn card() -> Value {
    json!({ "card": "tok_visa" })
}
