//! The books a scenario keeps: what was sent, what its sender was told, and what the handlers have done.
//!
//! Locks of std, so that keeping books changes no schedule. A handler's panic is contained, so what it sees is noted
//! here and judged at the end.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{CallError, Outcome};

/// One message: who sent it, and the how-manieth of theirs it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub(super) sender: u32,
    pub(super) number: u32,
}

/// What a sender was told of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A cast is in the mailbox.
    Sent,
    /// A handler's reply.
    Replied,
    /// It was out of time after it had begun.
    TimedOut,
    NotRun,
    Unknown,
}

/// The books of one execution.
#[derive(Debug, Default)]
pub(super) struct Book {
    pages: Mutex<Pages>,
}

#[derive(Debug, Default)]
struct Pages {
    begun: Vec<Line>,
    finished: Vec<Line>,
    told: BTreeMap<Line, Told>,
    inside: Option<Line>,
    states: i64,
    most_states: i64,
    farewells: u32,
    overlaps: Vec<String>,
    broken: Vec<String>,
}

/// A handler at work on a line; finished only if it says so.
pub(super) struct Inside {
    book: Arc<Book>,
    line: Line,
}

/// A state that lives.
#[derive(Debug)]
pub(super) struct Alive {
    book: Arc<Book>,
}

impl Book {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a handler has begun.
    pub(super) fn begin(self: &Arc<Self>, line: Line) -> Inside {
        let mut pages = self.pages();
        if let Some(other) = pages.inside.replace(line) {
            pages
                .overlaps
                .push(format!("{line:?} began within {other:?}"));
        }
        pages.begun.push(line);
        Inside {
            book: self.clone(),
            line,
        }
    }

    /// Notes a new state.
    pub(super) fn born(self: &Arc<Self>) -> Alive {
        let mut pages = self.pages();
        pages.states += 1;
        pages.most_states = pages.most_states.max(pages.states);
        Alive { book: self.clone() }
    }

    pub(super) fn farewell(&self) {
        self.pages().farewells += 1;
    }

    pub(super) fn farewells(&self) -> u32 {
        self.pages().farewells
    }

    /// Notes what a caller was told.
    pub(super) fn note<T>(&self, line: Line, answer: &Result<T, CallError>) {
        let told = answer.as_ref().map_or_else(told_by, |_| Told::Replied);
        self.tell(line, told);
    }

    /// Notes what the sender of a cast was told.
    pub(super) fn note_cast(&self, line: Line, sent: &Result<(), CallError>) {
        let told = sent.as_ref().map_or_else(told_by, |()| Told::Sent);
        self.tell(line, told);
    }

    pub(super) fn tell(&self, line: Line, told: Told) {
        if let Some(before) = self.pages().told.insert(line, told) {
            self.pages()
                .broken
                .push(format!("{line:?} was told {before:?}, then {told:?}"));
        }
    }

    pub(super) fn was_begun(&self, line: Line) -> bool {
        self.pages().begun.contains(&line)
    }

    pub(super) fn was_finished(&self, line: Line) -> bool {
        self.pages().finished.contains(&line)
    }

    /// How many messages somebody was told of.
    pub(super) fn sent(&self) -> usize {
        self.pages().told.len()
    }

    pub(super) fn states(&self) -> i64 {
        self.pages().states
    }

    /// One handler and one state at a time: what a killed one still does overlaps with the next.
    pub(super) fn check_one_at_a_time(&self) {
        let pages = self.pages();
        assert!(pages.overlaps.is_empty(), "{:?}", pages.overlaps);
        assert_eq!(pages.most_states, 1);
    }

    /// Nothing doubled, nothing overtaken, nothing told that is not so; `lossless` where nothing could end a handler
    /// or the server before its time.
    pub(super) fn check(&self, lossless: bool) {
        let pages = self.pages();
        assert!(pages.broken.is_empty(), "{:?}", pages.broken);
        check_order(&pages.begun);
        for (line, told) in &pages.told {
            let (begun, finished) = (pages.begun.contains(line), pages.finished.contains(line));
            match told {
                Told::Replied => assert!(finished, "{line:?} was answered, but not handled"),
                Told::NotRun => assert!(!begun, "{line:?} was handled, but {told:?}"),
                Told::Sent => assert!(!lossless || finished, "{line:?} was lost"),
                Told::TimedOut => assert!(!lossless || begun, "{line:?} never began"),
                Told::Unknown => {}
            }
            assert!(!lossless || begun == finished, "{line:?} was cut short");
        }
    }

    /// Nothing refused, and nothing that was taken left undone.
    pub(super) fn check_begun(&self) {
        let pages = self.pages();
        for (line, told) in &pages.told {
            assert!(
                pages.begun.contains(line),
                "{line:?} was {told:?}, and not handled"
            );
        }
    }
}

fn told_by(error: &CallError) -> Told {
    match error.outcome() {
        Outcome::Replied => Told::Replied,
        Outcome::NotRun => Told::NotRun,
        Outcome::Unknown if *error == CallError::TimedOut => Told::TimedOut,
        Outcome::Unknown => Told::Unknown,
    }
}

/// Every line once, and each sender's in the order sent.
fn check_order(begun: &[Line]) {
    let mut last = BTreeMap::new();
    for line in begun {
        if let Some(before) = last.insert(line.sender, line.number) {
            assert!(
                before < line.number,
                "{line:?} began after {before}: {begun:?}"
            );
        }
    }
}

impl Inside {
    pub(super) fn finish(self) {
        self.book.pages().finished.push(self.line);
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.book.pages().inside = None;
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.book.pages().states -= 1;
    }
}
