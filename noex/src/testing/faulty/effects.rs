//! What each fault does to a call.

use super::FaultyAdapter;
use super::script::{Call, Fault};
use crate::store::{
    Abilities, Claim, Claimed, Key, Loaded, NodeId, Page, Query, Record, StorageAdapter,
    StoreError, Write,
};

impl<A: StorageAdapter> StorageAdapter for FaultyAdapter<A> {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        let (fault, _answered) = self.begin(Call::Load);
        let mut loaded = plainly(fault.clone(), self.inner().load(key)).await?;
        damage(
            loaded.as_mut().map(|loaded| &mut loaded.record),
            fault.as_ref(),
        );
        Ok(loaded)
    }

    async fn write(&self, write: Write) -> Result<(), StoreError> {
        self.count_bytes(&write);
        let (fault, _answered) = self.begin(Call::Write);
        match fault {
            Some(fault) => self.faulty_write(fault, write).await,
            None => self.inner().write(write).await,
        }
    }

    async fn write_all(&self, writes: Vec<Write>) -> Vec<Result<(), StoreError>> {
        if self.script().concerns(Call::Write) {
            let mut results = Vec::with_capacity(writes.len());
            for write in writes {
                results.push(self.write(write).await);
            }
            return results;
        }
        for write in &writes {
            self.count_bytes(write);
        }
        let _answered: Vec<_> = writes.iter().map(|_| self.begin(Call::Write)).collect();
        self.inner().write_all(writes).await
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        self.plainly(Call::List, self.inner().list(query)).await
    }

    async fn claim(&self, key: &Key, node: NodeId, by: &str) -> Result<Claimed, StoreError> {
        let (fault, _answered) = self.begin(Call::Claim);
        let mut claimed = plainly(fault.clone(), self.inner().claim(key, node, by)).await?;
        damage(claimed.record.as_mut(), fault.as_ref());
        Ok(claimed)
    }

    async fn release(&self, key: &Key, claim: Claim) -> Result<(), StoreError> {
        self.plainly(Call::Release, self.inner().release(key, claim))
            .await
    }

    fn abilities(&self) -> Abilities {
        self.inner().abilities()
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.plainly(Call::Close, self.inner().close()).await
    }
}

impl<A: StorageAdapter> FaultyAdapter<A> {
    /// What becomes of a call that changes nothing in a way worth losing, or that has no record to damage.
    async fn plainly<T>(
        &self,
        call: Call,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let (fault, _answered) = self.begin(call);
        plainly(fault, work).await
    }

    async fn faulty_write(&self, fault: Fault, write: Write) -> Result<(), StoreError> {
        match fault {
            Fault::Delayed => {
                self.script().undelivered.push(write);
                Err(lost())
            }
            Fault::Doubled => {
                self.script().undelivered.push(write.clone());
                self.inner().write(write).await
            }
            fault => plainly(Some(fault), self.inner().write(write)).await,
        }
    }
}

async fn plainly<T>(
    fault: Option<Fault>,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    match fault {
        Some(Fault::Rejected) => Err(StoreError::rejected("a fault of the test's")),
        Some(Fault::Fails(error)) => Err(error),
        Some(Fault::Lost | Fault::Delayed) => Err(lost()),
        Some(Fault::AnsweredTooLate) => {
            drop(work.await);
            Err(lost())
        }
        Some(Fault::Held(gate)) => {
            gate.pass().await;
            work.await
        }
        Some(Fault::AnswerHeld(gate)) => {
            let result = work.await;
            gate.pass().await;
            result
        }
        Some(Fault::Doubled | Fault::Damaged { .. } | Fault::Torn { .. }) | None => work.await,
    }
}

fn lost() -> StoreError {
    StoreError::uncertain("a fault of the test's")
}

fn damage(record: Option<&mut Record>, fault: Option<&Fault>) {
    let Some(record) = record else { return };
    match fault {
        Some(Fault::Damaged { byte }) => {
            let flip = |(at, found)| if at == *byte { found ^ 1 } else { found };
            record.bytes = record.bytes.iter().copied().enumerate().map(flip).collect();
        }
        Some(Fault::Torn { bytes }) => record.bytes.truncate(*bytes),
        _ => {}
    }
}
