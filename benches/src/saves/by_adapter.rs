//! By noex's adapter alone: the same claims, revisions and disk as `by_noex`, without servers, records and checkpoints.
//! What lies between the two is what a server costs; what lies between this and `by_hand` is what the store does.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use noex::store::{
    Claim, Cursor, Key, NodeId, Query, Record, Revision, StorageAdapter, StoreError, Write,
};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::{Load, Way};
use crate::document::Document;
use crate::ground::Ground;
use crate::rounds::Flavor;

pub(super) const fn way<G: Ground>() -> Way {
    Way {
        saves_together: true,
        run: save::<G>,
        read: read::<G>,
    }
}

/// A document and how far its record has come.
struct Kept {
    key: Key,
    claim: Claim,
    revision: Option<Revision>,
    document: Document,
}

fn save<G: Ground>(runtime: &Runtime, folder: &Path, load: Load) -> Duration {
    runtime.block_on(async {
        let store = G::open(folder);
        let mut documents = Vec::new();
        for server in 0..load.servers {
            documents.push(Kept::new(&store, server).await.expect("nobody holds it"));
        }
        let began = Instant::now();
        let mut tasks = JoinSet::new();
        for mut kept in documents {
            let store = store.clone();
            tasks.spawn(async move {
                for _ in 0..load.saves {
                    kept.document.change();
                    kept.save(&store).await.expect("the disk works");
                }
            });
        }
        while let Some(saved) = tasks.join_next().await {
            saved.expect("every save is confirmed");
        }
        let took = began.elapsed();
        store.close().await.expect("the disk works");
        took
    })
}

impl Kept {
    /// A new document that is stored once already.
    async fn new(store: &impl StorageAdapter, server: u32) -> Result<Self, StoreError> {
        let key = Key::new(server.to_string())?;
        let claimed = store.claim(&key, NodeId::new(1), "benches").await?;
        let mut kept = Self {
            key,
            claim: claimed.claim,
            revision: None,
            document: Document::new(server),
        };
        kept.save(store).await?;
        Ok(kept)
    }

    async fn save(&mut self, store: &impl StorageAdapter) -> Result<(), StoreError> {
        let revision = Revision::after(self.revision, self.claim.epoch);
        let record = Record::new(revision, "document", self.document.to_json());
        let write = Write::put(self.key.clone(), self.revision, record).under(self.claim);
        store.write(write).await?;
        self.revision = Some(revision);
        Ok(())
    }
}

fn read<G: Ground>(folder: &Path) -> HashMap<String, Document> {
    let runtime = Flavor::CurrentThread.runtime();
    let read = runtime.block_on(read_all(&G::open(folder)));
    read.expect("the disk works")
}

async fn read_all(store: &impl StorageAdapter) -> Result<HashMap<String, Document>, StoreError> {
    let mut documents = HashMap::new();
    let mut after: Option<Cursor> = None;
    loop {
        let query = Query::prefix("");
        let query = match after {
            Some(after) => query.after(after),
            None => query,
        };
        let page = store.list(query).await?;
        for key in page.keys {
            let loaded = store.load(&key).await?.expect("it was listed");
            let document = serde_json::from_slice(&loaded.record.bytes);
            documents.insert(key.as_str().to_owned(), document.expect("a whole document"));
        }
        after = page.next;
        if after.is_none() {
            return Ok(documents);
        }
    }
}
