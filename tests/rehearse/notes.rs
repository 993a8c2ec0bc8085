//! One kind of server as it was released three times, and others that are not of it.

use noex::prelude::*;

#[derive(Protocol)]
#[protocol(client = NoteClient)]
pub(super) enum NoteMsg {
    #[call(String)]
    Read,
    #[call]
    Append { word: String },
}

macro_rules! handlers {
    ($note:ty, $words:ident, $read:expr) => {
        #[handlers(NoteMsg)]
        impl $note {
            fn read(&self) -> String {
                let read: fn(&Self) -> String = $read;
                read(self)
            }

            fn append(&mut self, word: String) {
                self.$words.extend([word]);
            }
        }
    };
}

/// The first release.
#[derive(GenServer)]
#[genserver(protocol = NoteMsg)]
#[persist(kind = "note", max_age = "7d")]
pub(super) struct NoteOf1 {
    pub(super) text: String,
}

handlers!(NoteOf1, text, |note| note.text.clone());

/// The second release.
#[derive(GenServer)]
#[genserver(protocol = NoteMsg)]
#[persist(kind = "note", version = 2, migrate(1 = NoteV1))]
pub(super) struct NoteOf2 {
    pub(super) words: Vec<String>,
}

handlers!(NoteOf2, words, |note| note.words.join(" "));

/// Today's.
#[derive(GenServer)]
#[genserver(protocol = NoteMsg)]
#[persist(kind = "note", version = 3, migrate(1 = NoteV1, 2 = NoteV2), before_persist = NoteOf3::skip)]
pub(super) struct NoteOf3 {
    pub(super) words: Vec<String>,
    weight: f64,
    /// Just migrated: a server would not save it, a pass does not ask.
    #[persist(skip)]
    is_quiet: bool,
}

#[handlers(NoteMsg)]
impl NoteOf3 {
    fn read(&self) -> String {
        format!("{} ({})", self.words.join(" "), self.weight)
    }

    fn append(&mut self, word: String) {
        self.words.push(word);
        self.is_quiet = false;
    }
}

impl NoteOf3 {
    pub(super) fn new() -> Self {
        Self {
            words: vec!["new".to_owned()],
            weight: 0.5,
            is_quiet: false,
        }
    }

    fn skip(&self) -> Persist<Stored<Self>> {
        if self.is_quiet {
            Persist::Skip
        } else {
            Persist::AsIs
        }
    }
}

/// Version 1 as it was stored.
#[derive(Stored)]
pub(super) struct NoteV1 {
    text: String,
}

/// Version 2 as it was stored.
#[derive(Stored)]
pub(super) struct NoteV2 {
    words: Vec<String>,
}

fn words(old: &NoteV1) -> Result<Vec<String>, String> {
    assert!(old.text != "panics", "told to panic");
    if old.text == "fails" {
        return Err("told to fail".to_owned());
    }
    Ok(old.text.split(' ').map(str::to_owned).collect())
}

impl TryFrom<NoteV1> for NoteV2 {
    type Error = String;

    fn try_from(old: NoteV1) -> Result<Self, String> {
        words(&old).map(|words| Self { words })
    }
}

impl TryFrom<NoteV1> for NoteOf2 {
    type Error = String;

    fn try_from(old: NoteV1) -> Result<Self, String> {
        words(&old).map(|words| Self { words })
    }
}

impl From<NoteV2> for NoteOf3 {
    fn from(old: NoteV2) -> Self {
        let cannot_be_stored = old.words == ["heavy"];
        Self {
            weight: if cannot_be_stored { f64::NAN } else { 1.5 },
            words: old.words,
            is_quiet: true,
        }
    }
}

/// A release to come.
#[derive(GenServer, Default)]
#[genserver(protocol = NoteMsg)]
#[persist(kind = "note", version = 4, migrate(1 = NoteV1, 2 = NoteV2, 3 = NoteV2))]
pub(super) struct NoteOf4 {
    words: Vec<String>,
}

handlers!(NoteOf4, words, |note| note.words.join(" "));

impl From<NoteV2> for NoteOf4 {
    fn from(old: NoteV2) -> Self {
        Self { words: old.words }
    }
}

/// Today's version with a field more.
#[derive(GenServer, Default)]
#[genserver(protocol = NoteMsg)]
#[persist(kind = "note", version = 3, migrate(1 = NoteV2, 2 = NoteV2))]
pub(super) struct Richer {
    words: Vec<String>,
    weight: f64,
    colour: String,
}

handlers!(Richer, words, |note| note.colour.clone());

impl From<NoteV2> for Richer {
    fn from(old: NoteV2) -> Self {
        Self {
            words: old.words,
            ..Self::default()
        }
    }
}

/// Today's version with another type.
#[derive(GenServer, Default)]
#[genserver(protocol = NoteMsg)]
#[persist(kind = "note", version = 2, migrate(1 = NoteV1))]
pub(super) struct Retyped {
    words: Vec<u32>,
}

#[handlers(NoteMsg)]
impl Retyped {
    fn read(&self) -> String {
        self.words.len().to_string()
    }

    fn append(&mut self, word: String) {
        self.words
            .extend(word.into_bytes().into_iter().map(u32::from));
    }
}

impl From<NoteV1> for Retyped {
    fn from(_: NoteV1) -> Self {
        Self::default()
    }
}

/// Another kind.
#[derive(GenServer, Default)]
#[genserver(protocol = NoteMsg)]
#[persist(kind = "lamp")]
pub(super) struct Lamp {
    words: Vec<String>,
}

handlers!(Lamp, words, |lamp| lamp.words.join(" "));
