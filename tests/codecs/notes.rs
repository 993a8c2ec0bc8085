//! One kind of server whose state is stored in each codec, and as a later release stores it.

use std::collections::HashMap;

use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) row: u8,
    pub(super) column: u8,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Note {
    pub(super) text: String,
    pub(super) large: u128,
    pub(super) small: i128,
    pub(super) number: f64,
    pub(super) maybe: Vec<Option<i32>>,
    #[expect(
        clippy::option_option,
        reason = "the codec has to tell the three apart"
    )]
    pub(super) nested: Option<Option<i32>>,
    pub(super) board: HashMap<Place, f32>,
}

#[derive(Protocol)]
#[protocol(client = NoteClient)]
pub(super) enum NoteMsg {
    #[call]
    Put { note: Note },
    #[call(Note)]
    Get,
}

/// As JSON.
#[derive(GenServer, Default)]
#[genserver(protocol = NoteMsg)]
#[persist(kind = "notes", codec = "json")]
pub(super) struct Plain {
    note: Note,
}

/// As MessagePack.
#[derive(GenServer, Default)]
#[genserver(protocol = NoteMsg)]
#[persist(kind = "notes", codec = "msgpack")]
pub(super) struct Packed {
    note: Note,
}

/// With a field more.
#[derive(GenServer, Default)]
#[genserver(protocol = NoteMsg)]
#[persist(kind = "notes", codec = "msgpack")]
pub(super) struct Wider {
    note: Note,
    width: u8,
}

/// What the release stored that had JSON.
#[derive(Stored)]
pub(super) struct OldNote {
    note: Note,
}

/// Made as MessagePack from a release that stored JSON.
#[derive(GenServer)]
#[genserver(protocol = NoteMsg)]
#[persist(kind = "notes", codec = "msgpack", version = 2, migrate(1 = OldNote))]
pub(super) struct Renamed {
    noted: Note,
}

impl From<OldNote> for Renamed {
    fn from(old: OldNote) -> Self {
        Self { noted: old.note }
    }
}

#[handlers(NoteMsg)]
impl Plain {
    fn put(&mut self, note: Note) {
        self.note = note;
    }

    fn get(&self) -> Note {
        self.note.clone()
    }
}

#[handlers(NoteMsg)]
impl Packed {
    fn put(&mut self, note: Note) {
        self.note = note;
    }

    fn get(&self) -> Note {
        self.note.clone()
    }
}

#[handlers(NoteMsg)]
impl Wider {
    fn put(&mut self, note: Note) {
        self.width = self.width.saturating_add(1);
        self.note = note;
    }

    fn get(&self) -> Note {
        self.note.clone()
    }
}

#[handlers(NoteMsg)]
impl Renamed {
    fn put(&mut self, note: Note) {
        self.noted = note;
    }

    fn get(&self) -> Note {
        self.noted.clone()
    }
}
