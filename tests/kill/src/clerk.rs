//! A clerk gives the service work and writes it down: one request at a time, until the service is gone.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Failure;
use crate::book::Book;
use crate::chance::Chance;
use crate::http::{Answer, Connection};
use crate::state::{Change, State, Status};

/// How many orders a clerk has under way.
const ORDERS: usize = 3;

/// The longest pause between two requests.
const PAUSE: Duration = Duration::from_millis(4);

/// A clerk at work in one life of the service.
pub(crate) struct Clerk<'a> {
    pub(crate) address: &'a str,
    /// Told when the work is to end although the service goes on.
    pub(crate) closing: &'a AtomicBool,
    pub(crate) chance: Chance,
    pub(crate) books: Vec<Book>,
}

/// A day's work.
#[derive(Debug, Default)]
pub(crate) struct Day {
    pub(crate) books: Vec<Book>,
    pub(crate) requests: u64,
    /// The slowest request that was answered.
    pub(crate) slowest: Duration,
    /// When the request was sent that never was answered.
    pub(crate) unanswered: Option<Instant>,
}

/// Why a clerk stops.
enum Trouble {
    Gone,
    Wrong(Failure),
}

/// A connection, and how long it took to answer.
struct Desk {
    connection: Connection,
    chance: Chance,
    day: Day,
}

impl Clerk<'_> {
    /// Works until the service is gone or the work is to end.
    pub(crate) fn work(self) -> Result<Day, Failure> {
        let mut desk = Desk {
            connection: Connection::open(self.address)?,
            chance: self.chance,
            day: Day {
                books: self.books,
                ..Day::default()
            },
        };
        while !self.closing.load(Ordering::Relaxed) {
            std::thread::sleep(desk.chance.between((Duration::ZERO, PAUSE)));
            match desk.work() {
                Ok(()) => {}
                Err(Trouble::Gone) => break,
                Err(Trouble::Wrong(failure)) => return Err(failure),
            }
        }
        Ok(desk.day)
    }
}

impl Desk {
    fn work(&mut self) -> Result<(), Trouble> {
        let open = self.open_books();
        if open.len() < ORDERS {
            return self.create();
        }
        let chosen = self.chance.index(open.len());
        let Some(chosen) = open.get(chosen).copied() else {
            return Ok(());
        };
        let mut book = self.day.books.swap_remove(chosen);
        let done = self.change(&mut book);
        self.day.books.push(book);
        done
    }

    fn open_books(&self) -> Vec<usize> {
        let books = self.day.books.iter().enumerate();
        books
            .filter(|(_, book)| !book.state().is_final())
            .map(|(at, _)| at)
            .collect()
    }

    fn create(&mut self) -> Result<(), Trouble> {
        let (sku, quantity) = self.item();
        let mut book = Book::new(self.chance.uuid(), State::new(&sku, quantity));
        let body = json!({ "id": book.id, "items": { sku: quantity } });
        let answer = self.ask(|connection| connection.post("/orders", &body));
        book.is_created = answer.is_ok();
        let checked = answer.and_then(|answer| check(&answer, 201, &book));
        self.day.books.push(book);
        checked
    }

    fn change(&mut self, book: &mut Book) -> Result<(), Trouble> {
        match (book.state().status(), self.chance.below(100)) {
            (_, 0..6) => self.checkpoint(book),
            (_, 6..12) => self.read(book),
            (Status::Pending, 12..18) => self.pay(book),
            (Status::Pending, 18..20) => self.apply(book, Change::Cancel, "cancel", &json!({})),
            (Status::Pending, _) => {
                let (sku, quantity) = self.item();
                let body = json!({ "sku": sku, "quantity": quantity });
                self.apply(book, Change::Add { sku, quantity }, "items", &body)
            }
            (Status::Paid, 12..30) => self.apply(book, Change::Ship, "ship", &json!({})),
            _ => self.read(book),
        }
    }

    fn apply(
        &mut self,
        book: &mut Book,
        change: Change,
        what: &str,
        body: &Value,
    ) -> Result<(), Trouble> {
        book.ask(change);
        let path = format!("/orders/{}/{what}", book.id);
        let answer = self.ask(|connection| connection.post(&path, body))?;
        book.answered();
        check(&answer, 200, book)
    }

    /// An order that says it is paid stays paid: the intent is stored before the gateway is asked.
    fn pay(&mut self, book: &mut Book) -> Result<(), Trouble> {
        book.is_saving = true;
        self.apply(book, Change::Pay, "pay", &json!({ "card": "tok_visa" }))?;
        book.keep();
        Ok(())
    }

    fn checkpoint(&mut self, book: &mut Book) -> Result<(), Trouble> {
        book.is_saving = true;
        let path = format!("/orders/{}/checkpoint", book.id);
        let answer = self.ask(|connection| connection.post(&path, &json!({})))?;
        if answer.status != 200 {
            return Err(wrong(&answer, book));
        }
        book.keep();
        Ok(())
    }

    fn read(&mut self, book: &Book) -> Result<(), Trouble> {
        let path = format!("/orders/{}", book.id);
        let answer = self.ask(|connection| connection.get(&path))?;
        check(&answer, 200, book)
    }

    fn ask(
        &mut self,
        request: impl FnOnce(&mut Connection) -> io::Result<Answer>,
    ) -> Result<Answer, Trouble> {
        let sent = Instant::now();
        match request(&mut self.connection) {
            Ok(answer) => {
                self.day.requests += 1;
                self.day.slowest = self.day.slowest.max(sent.elapsed());
                Ok(answer)
            }
            Err(error) if is_gone(&error) => {
                self.day.unanswered = Some(sent);
                Err(Trouble::Gone)
            }
            Err(error) => Err(Trouble::Wrong(error.into())),
        }
    }

    fn item(&mut self) -> (String, u64) {
        let articles = ["tea", "cup", "pot", "spoon", "kettle"];
        let article = articles
            .get(self.chance.index(articles.len()))
            .unwrap_or(&"tea");
        ((*article).to_owned(), 1 + self.chance.below(9))
    }
}

/// What the service answers while it lives is the order after all of its changes.
fn check(answer: &Answer, status: u16, book: &Book) -> Result<(), Trouble> {
    if answer.status == status && State::read(&answer.json) == Some(book.state()) {
        return Ok(());
    }
    Err(wrong(answer, book))
}

fn wrong(answer: &Answer, book: &Book) -> Trouble {
    Trouble::Wrong(Failure::new(format!(
        "a wrong answer, {answer:?}: {book:?}"
    )))
}

/// Whether the other end is not there any more.
fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(
        error.kind(),
        BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof
    )
}
