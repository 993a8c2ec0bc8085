//! Stores that each break one rule: the suite must find every one.

use noex::store::{
    Abilities, Claim, Claimed, Key, Loaded, MemoryAdapter, NodeId, Page, Query, StorageAdapter,
    StoreError, Write,
};
use noex::testing::suite::{self, Subject};

#[derive(Clone, Copy, PartialEq)]
enum Flaw {
    FoldsCase,
    OverwritesAnything,
    ForgetsClaims,
    KeepsClaimsAfterDeletes,
    GivesEpochsTwice,
    FailsWholeBatches,
    ReadsPrefixesAsPatterns,
    RepeatsPages,
    LosesTheLastByte,
}

struct Broken {
    flaw: Flaw,
    inner: MemoryAdapter,
}

impl Broken {
    fn key(&self, key: &Key) -> Key {
        let folded = key.as_str().to_lowercase();
        if self.flaw == Flaw::FoldsCase {
            Key::new(folded).expect("a key")
        } else {
            key.clone()
        }
    }
}

impl StorageAdapter for Broken {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        let mut loaded = self.inner.load(&self.key(key)).await?;
        if let (Flaw::LosesTheLastByte, Some(loaded)) = (self.flaw, &mut loaded) {
            let length = loaded.record.bytes.len();
            loaded.record.bytes.truncate(length.saturating_sub(1));
        }
        Ok(loaded)
    }

    async fn write(&self, mut write: Write) -> Result<(), StoreError> {
        write.key = self.key(&write.key);
        let loaded = self.inner.load(&write.key).await?;
        match self.flaw {
            Flaw::OverwritesAnything => {
                write.expected = loaded.map(|loaded| loaded.record.revision);
            }
            Flaw::ForgetsClaims => write.claim = None,
            Flaw::KeepsClaimsAfterDeletes if write.record.is_none() => {
                let held = loaded.and_then(|loaded| loaded.holder);
                self.inner.write(write.clone()).await?;
                if let Some(holder) = held {
                    self.inner
                        .claim(&write.key, holder.claim.node, "still")
                        .await?;
                }
                return Ok(());
            }
            _ => {}
        }
        self.inner.write(write).await
    }

    async fn list(&self, mut query: Query) -> Result<Page, StoreError> {
        match self.flaw {
            Flaw::ReadsPrefixesAsPatterns if query.prefix.contains(['_', '%']) => {
                query.prefix = query.prefix.split(['_', '%']).next().unwrap_or("").into();
            }
            Flaw::RepeatsPages => {
                let first = query.after.take().is_none();
                let page = self.inner.list(query).await?;
                let next = page.next.filter(|_| first);
                return Ok(Page::new(page.keys, next));
            }
            _ => {}
        }
        self.inner.list(query).await
    }

    async fn write_all(&self, writes: Vec<Write>) -> Vec<Result<(), StoreError>> {
        let count = writes.len();
        let mut results = self.inner.write_all(writes).await;
        let failed = results
            .iter()
            .find_map(|result| result.as_ref().err().cloned());
        if let (Flaw::FailsWholeBatches, Some(error)) = (self.flaw, failed) {
            results = vec![Err(error); count];
        }
        results
    }

    async fn claim(&self, key: &Key, node: NodeId, by: &str) -> Result<Claimed, StoreError> {
        match self.flaw {
            Flaw::ForgetsClaims => {
                let claimed = self.inner.claim(key, node, by).await?;
                self.inner.release(key, claimed.claim).await?;
                Ok(claimed)
            }
            Flaw::GivesEpochsTwice => {
                let mut claimed = self.inner.claim(key, node, by).await?;
                claimed.claim.epoch = noex::store::Epoch::new(7);
                Ok(claimed)
            }
            _ => self.inner.claim(key, node, by).await,
        }
    }

    async fn release(&self, key: &Key, claim: Claim) -> Result<(), StoreError> {
        self.inner.release(key, claim).await
    }

    fn abilities(&self) -> Abilities {
        self.inner.abilities()
    }
}

fn try_broken<R: Future<Output = ()>>(flaw: Flaw, rule: impl FnOnce(Subject<Broken>) -> R) {
    let open = move |_dir| async move {
        Broken {
            flaw,
            inner: MemoryAdapter::new(),
        }
    };
    suite::try_rule(open, rule);
}

// A1: keys that differ in case are different records
#[test]
#[should_panic(expected = "the key is a key")]
fn folded_case_is_found() {
    try_broken(
        Flaw::FoldsCase,
        suite::keys::odd_keys_name_different_records,
    );
}

// A3: a mismatch is `Conflict`
#[test]
#[should_panic(expected = "is_conflict")]
fn overwriting_is_found() {
    try_broken(
        Flaw::OverwritesAnything,
        suite::writes::a_write_replaces_only_what_it_expects,
    );
}

// S8: a held key is refused
#[test]
#[should_panic(expected = "Claimed")]
fn a_forgotten_claim_is_found() {
    try_broken(Flaw::ForgetsClaims, suite::claims::a_held_key_is_refused);
}

// A3: a delete ends the claim
#[test]
#[should_panic(expected = "nobody holds it")]
fn a_claim_that_outlives_a_delete_is_found() {
    let rule = suite::claims::a_late_write_after_a_delete_finds_no_claim;
    try_broken(Flaw::KeepsClaimsAfterDeletes, rule);
}

// A3: no epoch is given twice
#[test]
#[should_panic(expected = "the claim stands")]
fn an_epoch_given_twice_is_found() {
    try_broken(
        Flaw::GivesEpochsTwice,
        suite::claims::an_epoch_never_comes_twice,
    );
}

// A3: in a batch, a mismatch fails its own write alone
#[test]
#[should_panic(expected = "left: [false, false, false, false]")]
fn a_batch_that_fails_as_one_is_found() {
    try_broken(
        Flaw::FailsWholeBatches,
        suite::writes::a_batch_has_one_result_for_each_write,
    );
}

// A1: nothing in a prefix is a wildcard
#[test]
#[should_panic(expected = "prefix \"a_\"")]
fn a_prefix_read_as_a_pattern_is_found() {
    try_broken(
        Flaw::ReadsPrefixesAsPatterns,
        suite::listing::a_prefix_is_no_pattern,
    );
}

// A1: listing gives each key once
#[test]
#[should_panic(expected = "is listed twice")]
fn a_repeated_page_is_found() {
    try_broken(Flaw::RepeatsPages, suite::listing::pages_give_each_key_once);
}

// A4: every byte that is loaded is the one that was written
#[test]
#[should_panic(expected = "assertion `left == right` failed")]
fn a_lost_byte_is_found() {
    try_broken(
        Flaw::LosesTheLastByte,
        suite::writes::a_record_comes_back_as_it_was,
    );
}
