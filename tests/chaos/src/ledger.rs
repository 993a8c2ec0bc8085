//! What has happened to each key, and whether it may have: written down by the servers, the store's witness and the
//! clerks, each as it sees it.

mod book;

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use noex::store::{Claimed, Revision, Write};

use self::book::Book;
use crate::tally::Tally;

/// One message, told from all others of its round: who sent it, and the how-manieth of that sender it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Op {
    pub(crate) by: u32,
    pub(crate) n: u64,
    /// Sent by a server on behalf of the sender, so in no order with its own.
    pub(crate) passed_on: bool,
}

/// A state, as far as it can be compared: whose it is, how many changes it has seen, and which.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mark {
    /// The incarnation, counted over all servers.
    pub(crate) token: u64,
    pub(crate) seq: u64,
    pub(crate) chain: u64,
}

/// What a hook does the next time it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Panic,
    Fail,
    Hang,
    Skip,
}

/// A hook that can be in a mood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hook {
    Init,
    Start,
    Before,
    After,
    Terminate,
}

/// The books of one round.
pub(crate) struct Ledger {
    entries: Mutex<Entries>,
    story: bool,
}

#[derive(Default)]
struct Entries {
    books: BTreeMap<String, Book>,
    tokens: u64,
    handled: HashSet<Op>,
    denied: HashSet<Op>,
    broken: HashSet<u64>,
    farewells: HashSet<u64>,
    moods: BTreeMap<Hook, VecDeque<Mood>>,
    wrongs: Vec<String>,
    trace: u64,
    last: VecDeque<String>,
    tally: Tally,
}

/// How many lines of the trace are told with a failure.
const LAST: usize = 60;

impl Ledger {
    pub(crate) fn new(story: bool) -> Arc<Self> {
        Arc::new(Self {
            entries: Mutex::default(),
            story,
        })
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a line into the trace.
    pub(crate) fn tell(&self, line: impl Into<String>) {
        let line = line.into();
        if self.story {
            println!("{line}");
        }
        self.entries().tell(line);
    }

    /// Notes something that must not be.
    pub(crate) fn wrong(&self, what: impl Into<String>) {
        let what = what.into();
        self.tell(format!("WRONG {what}"));
        self.entries().wrongs.push(what);
    }

    pub(crate) fn count(&self, count: impl FnOnce(&mut Tally)) {
        count(&mut self.entries().tally);
    }

    /// A handler of this incarnation has begun.
    pub(crate) fn handled(&self, key: &str, token: u64, op: Op) {
        self.tell(format!("{key} handles {}.{}", op.by, op.n));
        self.check_alive(key, token);
        let mut entries = self.entries();
        entries.tally.handled += 1;
        let is_new = entries.handled.insert(op);
        let was_denied = entries.denied.contains(&op);
        let in_order = op.passed_on || entries.book(key).comes_in_order(op);
        drop(entries);
        if !is_new {
            self.wrong(format!("{key} handles {op:?} once more"));
        }
        if was_denied {
            self.wrong(format!(
                "{key} handles {op:?}, whose caller was told that it is not run"
            ));
        }
        if !in_order {
            self.wrong(format!("{key} handles {op:?} after a later one"));
        }
    }

    /// An incarnation handles messages until it breaks or the next one begins.
    fn check_alive(&self, key: &str, token: u64) {
        let mut entries = self.entries();
        let newest = entries.book(key).newest;
        let is_broken = entries.broken.contains(&token);
        drop(entries);
        if newest != token || is_broken {
            self.wrong(format!(
                "{key} runs as {token}, which is over: {newest} is the newest"
            ));
        }
    }

    /// The incarnation is about to panic: it is to run no more.
    pub(crate) fn breaks(&self, token: u64) {
        self.entries().broken.insert(token);
    }

    /// The incarnation says farewell, once, and not after it broke.
    pub(crate) fn farewell(&self, key: &str, token: u64) {
        self.check_alive(key, token);
        if !self.entries().farewells.insert(token) {
            self.wrong(format!("{key} says farewell twice as {token}"));
        }
    }

    /// The caller was told that the message was not run and will not be.
    pub(crate) fn denied(&self, op: Op) {
        let mut entries = self.entries();
        entries.denied.insert(op);
        let was_handled = entries.handled.contains(&op);
        drop(entries);
        if was_handled {
            self.wrong(format!(
                "{op:?} was handled, but its caller was told that it was not run"
            ));
        }
    }

    /// The caller was given a reply.
    pub(crate) fn replied(&self, op: Op) {
        if !self.entries().handled.contains(&op) {
            self.wrong(format!("{op:?} was answered, but never handled"));
        }
    }

    /// A state that may be stored: no handler is at it.
    pub(crate) fn between(&self, key: &str, mark: Mark) {
        self.entries().book(key).between(mark);
    }

    /// A new state is made; there must be no record.
    pub(crate) fn made(&self, key: &str) {
        let found = self.entries().book(key).record();
        if let Some(record) = found {
            self.wrong(format!("{key} is made anew, but {record:?} is stored"));
        }
    }

    /// An incarnation begins, with what it was restored from; its token.
    pub(crate) fn born(&self, key: &str, found: Option<Revision>, mark: Mark) -> u64 {
        let mut entries = self.entries();
        entries.tokens += 1;
        let token = entries.tokens;
        entries.tally.incarnations += 1;
        let book = entries.book(key);
        book.newest = token;
        let wrong = book.check_restored(found, mark).err();
        drop(entries);
        self.tell(format!("{key} is born as {token} of {mark:?} at {found:?}"));
        if let Some(wrong) = wrong {
            self.wrong(format!("{key} {wrong}"));
        }
        token
    }

    /// What a change of the store is for the books, done with them held.
    pub(crate) fn write<E>(
        &self,
        write: &Write,
        store: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let mut entries = self.entries();
        let result = store();
        let key = write.key.as_str();
        if result.is_err() {
            drop(entries);
            self.tell(format!("{key} is not written"));
            return result;
        }
        entries.tally.writes += 1;
        let wrong = entries.book(key).write(write).err();
        let record = entries.book(key).record();
        drop(entries);
        self.tell(format!("{key} is stored: {record:?}"));
        if let Some(wrong) = wrong {
            self.wrong(format!("{key} {wrong}"));
        }
        result
    }

    /// The claim of a key, made with the books held.
    pub(crate) fn claim<E>(
        &self,
        key: &str,
        store: impl FnOnce() -> Result<Claimed, E>,
    ) -> Result<Claimed, E> {
        let mut entries = self.entries();
        let claimed = store();
        let epoch = claimed.as_ref().map(|claimed| claimed.claim.epoch.get());
        let wrong = epoch.map(|epoch| entries.book(key).claim(epoch).err());
        drop(entries);
        self.tell(format!("{key} is claimed under {:?}", epoch.ok()));
        if let Ok(Some(wrong)) = wrong {
            self.wrong(format!("{key} {wrong}"));
        }
        claimed
    }

    /// A checkpoint has answered, to somebody who had this reply before.
    pub(crate) fn checkpointed(&self, key: &str, at: Option<Revision>, reply: Option<Mark>) {
        let mut entries = self.entries();
        entries.tally.checkpoints += 1;
        let wrong = entries.book(key).checkpoint(at, reply).err();
        drop(entries);
        self.tell(format!("{key} is checkpointed at {at:?}"));
        if let Some(wrong) = wrong {
            self.wrong(format!("{key} {wrong}"));
        }
    }

    /// Somebody has asked that the record be deleted, or may do so from here on.
    pub(crate) fn may_be_deleted(&self, key: &str) {
        self.entries().book(key).may_be_deleted = true;
    }

    /// Somebody else has taken the key, or is about to.
    pub(crate) fn taken_over(&self, key: &str) {
        self.entries().book(key).taken_over = true;
    }

    pub(crate) fn is_taken_over(&self, key: &str) -> bool {
        self.entries().book(key).taken_over
    }

    /// What is stored must be the last state of this incarnation.
    pub(crate) fn check_saved(&self, key: &str, token: u64) {
        let wrong = self.entries().book(key).check_saved(token).err();
        if let Some(wrong) = wrong {
            self.wrong(format!("{key} {wrong}"));
        }
    }

    pub(crate) fn set_mood(&self, hook: Hook, mood: Mood) {
        self.tell(format!("{hook:?} will {mood:?}"));
        let mut entries = self.entries();
        entries.moods.entry(hook).or_default().push_back(mood);
    }

    pub(crate) fn mood(&self, hook: Hook) -> Option<Mood> {
        self.entries().moods.get_mut(&hook)?.pop_front()
    }

    pub(crate) fn calm(&self) {
        self.entries().moods.clear();
    }

    /// Every key that was ever claimed.
    pub(crate) fn keys(&self) -> BTreeSet<String> {
        self.entries().books.keys().cloned().collect()
    }

    pub(crate) fn trace(&self) -> u64 {
        self.entries().trace
    }

    pub(crate) fn tally(&self) -> Tally {
        self.entries().tally.clone()
    }

    /// Forgets all but the sums: what was dropped with a runtime may keep the ledger for ever.
    pub(crate) fn close(&self) {
        let mut entries = self.entries();
        let (tally, trace) = (std::mem::take(&mut entries.tally), entries.trace);
        *entries = Entries {
            trace,
            tally,
            ..Entries::default()
        };
    }

    /// What was wrong, and what was before it.
    pub(crate) fn story(&self) -> Option<String> {
        let entries = self.entries();
        if entries.wrongs.is_empty() {
            return None;
        }
        let last: Vec<_> = entries.last.iter().map(String::as_str).collect();
        Some(format!(
            "{}\nthe last of what happened:\n  {}",
            entries.wrongs.join("\n"),
            last.join("\n  ")
        ))
    }
}

impl Entries {
    fn book(&mut self, key: &str) -> &mut Book {
        if !self.books.contains_key(key) {
            self.books.insert(key.to_owned(), Book::default());
        }
        self.books.get_mut(key).expect("it was just put in")
    }

    fn tell(&mut self, line: String) {
        for byte in line.bytes().chain([b'\n']) {
            self.trace = (self.trace ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        // What came before the first wrong is what explains it.
        if self.wrongs.is_empty() {
            self.last.push_back(line);
        }
    }
}
