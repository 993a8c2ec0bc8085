//! One kind of server as it was released three times, and another that lost fields without a new version.

use noex::prelude::*;
use noex::{Client, Given, Spec};
use serde::{Deserialize, Serialize};

use crate::any_store::AnyStore;
use crate::counter::system;

#[derive(Protocol)]
#[protocol(client = LedgerClient)]
pub(super) enum LedgerMsg {
    #[call(Vec<String>)]
    Notes,
}

/// The first release.
#[derive(GenServer)]
#[genserver(protocol = LedgerMsg)]
#[persist(kind = "ledger")]
pub(super) struct V1 {
    pub(super) cents: i64,
}

#[handlers(LedgerMsg)]
impl V1 {
    fn notes(&self) -> Vec<String> {
        vec![self.cents.to_string()]
    }
}

/// The second release.
#[derive(GenServer)]
#[genserver(protocol = LedgerMsg)]
#[persist(kind = "ledger", version = 2, migrate(1 = StoredV1))]
pub(super) struct V2 {
    pub(super) notes: Vec<String>,
}

#[handlers(LedgerMsg)]
impl V2 {
    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }
}

/// The third release.
#[derive(GenServer)]
#[genserver(protocol = LedgerMsg)]
#[persist(kind = "ledger", version = 3, migrate(1 = StoredV1, 2 = StoredV2))]
pub(super) struct V3 {
    lines: Vec<String>,
    #[persist(skip = "as declared".to_owned())]
    unstored: String,
}

impl V3 {
    pub(super) fn new() -> Self {
        Self {
            lines: vec!["new".to_owned()],
            unstored: "made".to_owned(),
        }
    }
}

#[handlers(LedgerMsg)]
impl V3 {
    fn notes(&self) -> Vec<String> {
        let mut notes = self.lines.clone();
        notes.push(self.unstored.clone());
        notes
    }
}

/// Version 1 as it was stored.
#[derive(noex::Stored)]
pub(super) struct StoredV1 {
    cents: i64,
}

/// Version 2 as it was stored.
#[derive(noex::Stored)]
pub(super) struct StoredV2 {
    notes: Vec<String>,
}

impl TryFrom<StoredV1> for StoredV2 {
    type Error = String;

    fn try_from(old: StoredV1) -> Result<Self, String> {
        assert!(old.cents != 0, "a ledger without money");
        if old.cents < 0 {
            return Err(format!("a debt of {} cents", -old.cents));
        }
        let notes = vec![format!("{} cents", old.cents)];
        Ok(Self { notes })
    }
}

impl TryFrom<StoredV1> for V2 {
    type Error = String;

    fn try_from(old: StoredV1) -> Result<Self, String> {
        let StoredV2 { notes } = old.try_into()?;
        Ok(Self { notes })
    }
}

impl From<StoredV2> for V3 {
    fn from(old: StoredV2) -> Self {
        let mut lines = old.notes;
        lines.push("2 then 3".to_owned());
        Self {
            lines,
            unstored: "given by the conversion".to_owned(),
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct RichLine {
    price: u32,
    discount: u32,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Line {
    price: u32,
}

/// A release with more fields.
#[derive(GenServer)]
#[genserver(protocol = LedgerMsg)]
#[persist(kind = "cart")]
pub(super) struct Richer {
    lines: Vec<RichLine>,
    note: String,
}

impl Richer {
    pub(super) fn new() -> Self {
        let line = RichLine {
            price: 2,
            discount: 1,
        };
        Self {
            lines: vec![line.clone(), line],
            note: "carefully".to_owned(),
        }
    }
}

#[handlers(LedgerMsg)]
impl Richer {
    fn notes(&self) -> Vec<String> {
        vec![self.note.clone()]
    }
}

/// The same version with fewer fields.
#[derive(GenServer, Default)]
#[genserver(protocol = LedgerMsg)]
#[persist(kind = "cart")]
pub(super) struct Poorer {
    lines: Vec<Line>,
}

#[handlers(LedgerMsg)]
impl Poorer {
    fn notes(&self) -> Vec<String> {
        self.lines
            .iter()
            .map(|line| line.price.to_string())
            .collect()
    }
}

/// A store with the record that a server of this release leaves.
pub(super) async fn stored<S>(spec: Spec<S, Given>) -> AnyStore
where
    S: noex::GenServer<EnvGiven = Given>,
{
    let store = AnyStore::new();
    let system = system(store.clone());
    let server = system.start(spec.name("a")).await.expect("it starts");
    server.checkpoint().await.expect("it is saved");
    system.shutdown().await.expect("it stops");
    store
}
