//! A clerk gives the service work and writes it down: one request at a time, until the service is gone.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::Failure;
use crate::book::Book;
use crate::chance::Chance;
use crate::http::{Answer, Connection};
use crate::trade::Trade;

/// How many things a clerk has under way.
const THINGS: usize = 3;

/// The longest pause between two requests.
const PAUSE: Duration = Duration::from_millis(4);

/// A clerk at work in one life of the service.
pub(crate) struct Clerk<'a, T: Trade> {
    pub(crate) address: &'a str,
    /// Told when the work is to end although the service goes on.
    pub(crate) closing: &'a AtomicBool,
    pub(crate) chance: Chance,
    pub(crate) books: Vec<Book<T>>,
}

/// A day's work.
#[derive(Debug)]
pub(crate) struct Day<T: Trade> {
    pub(crate) books: Vec<Book<T>>,
    pub(crate) requests: u64,
    /// The slowest request that was answered.
    pub(crate) slowest: Duration,
    /// When the request was sent that never was answered.
    pub(crate) unanswered: Option<Instant>,
    /// Things that may have been made, and cannot be asked for because nobody said what they are called.
    pub(crate) nameless: usize,
}

/// Why a clerk stops.
pub(crate) enum Trouble {
    Gone,
    Wrong(Failure),
}

/// A connection, and how long it took to answer.
pub(crate) struct Desk<T: Trade> {
    connection: Connection,
    pub(crate) chance: Chance,
    pub(crate) day: Day<T>,
}

impl<T: Trade> Clerk<'_, T> {
    /// Works until the service is gone or the work is to end.
    pub(crate) fn work(self) -> Result<Day<T>, Failure> {
        let mut desk = Desk {
            connection: Connection::open(self.address)?,
            chance: self.chance,
            day: Day::new(self.books),
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

impl<T: Trade> Day<T> {
    fn new(books: Vec<Book<T>>) -> Self {
        Self {
            books,
            requests: 0,
            slowest: Duration::ZERO,
            unanswered: None,
            nameless: 0,
        }
    }
}

impl<T: Trade> Desk<T> {
    fn work(&mut self) -> Result<(), Trouble> {
        let open = self.open_books();
        if open.len() < THINGS {
            return T::create(self);
        }
        let chosen = self.chance.index(open.len());
        let Some(chosen) = open.get(chosen).copied() else {
            return Ok(());
        };
        let mut book = self.day.books.swap_remove(chosen);
        let done = T::change(self, &mut book);
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

    /// Makes a change; what is answered is the thing after it.
    pub(crate) fn apply(
        &mut self,
        book: &mut Book<T>,
        change: T::Change,
        request: impl FnOnce(&mut Connection) -> io::Result<Answer>,
    ) -> Result<(), Trouble> {
        book.ask(change);
        let answer = self.ask(request)?;
        book.answered();
        check(&answer, 200, book)
    }

    pub(crate) fn ask(
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
}

/// What the service answers while it lives is the thing after all of its changes.
pub(crate) fn check<T: Trade>(answer: &Answer, status: u16, book: &Book<T>) -> Result<(), Trouble> {
    if answer.status == status && T::read(answer) == Some(book.state()) {
        return Ok(());
    }
    Err(wrong(answer, book))
}

pub(crate) fn wrong<T: Trade>(answer: &Answer, book: &Book<T>) -> Trouble {
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
