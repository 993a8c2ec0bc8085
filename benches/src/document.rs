//! What is saved and restored: a state of about a kilobyte of which no two are alike, so that no store can spare itself
//! a write because the bytes are the same.

use std::fmt::Write;

use noex::prelude::*;
use serde::{Deserialize, Serialize};

const LINES: u64 = 14;
const WORDS: u64 = 4;

/// What a document can be asked, where it is a server of noex.
#[derive(Protocol)]
pub(crate) enum DocumentMsg {
    /// Replaces a line.
    #[call]
    Change,
    /// What it has come to.
    #[call(Document)]
    Read,
}

/// The state of one server: lines of text.
#[derive(GenServer, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[genserver(protocol = DocumentMsg)]
#[persist(interval = "1h")]
pub(crate) struct Document {
    server: u32,
    changes: u64,
    lines: Vec<String>,
}

impl Document {
    /// What a server begins with.
    pub(crate) fn new(server: u32) -> Self {
        Self {
            server,
            changes: 0,
            lines: (0..LINES).map(|number| line(server, number)).collect(),
        }
    }

    /// What a server has come to after so many changes.
    pub(crate) fn after(server: u32, changes: u32) -> Self {
        let mut document = Self::new(server);
        (0..changes).for_each(|_| document.change());
        document
    }

    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("text and numbers")
    }
}

#[handlers(DocumentMsg)]
impl Document {
    pub(crate) fn change(&mut self) {
        let replaced = self.changes % LINES;
        let new = line(self.server, LINES + self.changes);
        self.changes += 1;
        if let Some(line) = usize::try_from(replaced)
            .ok()
            .and_then(|at| self.lines.get_mut(at))
        {
            *line = new;
        }
    }

    fn read(&self) -> Self {
        self.clone()
    }
}

/// A line of 64 digits that no other server has, nor this one twice.
fn line(server: u32, number: u64) -> String {
    let mut line = String::new();
    let first = (u64::from(server) << 32 | number) * WORDS;
    for word in first..first + WORDS {
        // Writing to a string cannot fail.
        let _ = write!(line, "{:016x}", mixed(word));
    }
    line
}

/// Numbers that look like chance, and are the same each time (splitmix64).
fn mixed(number: u64) -> u64 {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
