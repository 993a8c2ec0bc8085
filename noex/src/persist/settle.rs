//! Settling a write: what an unclear answer means is found out by loading, so that nothing counts as saved that is
//! not, and no stale state replaces a newer one.

use std::sync::Arc;
use std::time::Duration;

use super::age::retry_delay;
use super::lease::Lease;
use crate::store::{Claim, Loaded, Mismatch, Ownership, Record, StoreError, Write};

/// How a write ended.
#[derive(Clone, Debug)]
pub(crate) enum Settled {
    /// It is durable.
    Saved,
    /// It was given up: trying the same again would not help, or not soon enough.
    Failed {
        error: StoreError,
        /// What may be stored all the same.
        unclear: Option<Record>,
    },
    /// The key belongs to another.
    Fenced,
}

/// What the store holds tells of a write whose answer is unclear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Saved,
    Resend,
    Fenced,
}

/// What was before a write.
#[derive(Clone, Debug, Default)]
pub(crate) struct Before {
    /// How many writes of the same lease have failed in a row.
    pub(crate) failures: u32,
    /// What an earlier one may have stored.
    pub(crate) unclear: Option<Record>,
}

/// Writes until it is clear how that ended, or until a newer state is worth trying; `trouble` hears of the first failure.
pub(crate) async fn write(
    lease: &Arc<Lease>,
    write: Write,
    before: Before,
    random: impl Fn() -> u64,
    trouble: impl Fn(StoreError),
) -> Settled {
    let settled = write_until_clear(lease, write, before, random, trouble).await;
    if matches!(settled, Settled::Fenced) {
        lease.claim_ended();
    }
    settled
}

async fn write_until_clear(
    lease: &Arc<Lease>,
    mut write: Write,
    Before { failures, unclear }: Before,
    random: impl Fn() -> u64,
    trouble: impl Fn(StoreError),
) -> Settled {
    let mut may_be_stored = false;
    for attempt in 0_u32.. {
        let error = match lease.store.write(write.clone()).await {
            Ok(()) => {
                // Only where the store said so: a write found by loading may have left its claim standing.
                if write.ends_claim() {
                    lease.claim_ended();
                }
                return Settled::Saved;
            }
            Err(error) => error,
        };
        may_be_stored |= is_unclear(&error);
        let expected = write.expected;
        match look(lease, &mut write, unclear.as_ref(), &error).await {
            Some(Verdict::Saved) => return Settled::Saved,
            Some(Verdict::Fenced) => return Settled::Fenced,
            Some(Verdict::Resend) if write.expected != expected => continue,
            Some(Verdict::Resend) | None => {}
        }
        let is_refused = !may_be_stored && unclear.is_none() && !lease.is_closing();
        if is_final(&error)
            || (is_refused && attempt.saturating_add(failures) >= SAME_ATTEMPTS)
            || (lease.is_closing() && attempt >= LAST_ATTEMPTS)
        {
            let unclear = write.record.filter(|_| may_be_stored);
            return Settled::Failed { error, unclear };
        }
        if attempt == 0 {
            trouble(error);
        }
        wait(lease, retry_delay(attempt, random())).await;
    }
    Settled::Failed {
        error: StoreError::Closed,
        unclear: write.record,
    }
}

/// How often a write of a server that is ending is tried again.
const LAST_ATTEMPTS: u32 = 2;

/// How often a write that was refused is tried again as it is: until the pauses have grown to the longest. It may be the
/// state that is refused, and not the store that is down; the newest one may be taken.
pub(crate) const SAME_ATTEMPTS: u32 = 8;

/// Whether the store said that the same write will never be taken.
fn is_final(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::TooLarge { .. } | StoreError::InvalidKey { .. } | StoreError::Closed
    )
}

/// Whether the store has to be asked what became of the write.
fn is_unclear(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Uncertain { .. } | StoreError::Conflict { .. }
    )
}

/// What became of `write`, if the store can tell. Where an earlier write of the same lease was stored after all, `write`
/// replaces that from now on.
async fn look(
    lease: &Lease,
    write: &mut Write,
    unclear: Option<&Record>,
    error: &StoreError,
) -> Option<Verdict> {
    if !is_unclear(error) {
        return Some(Verdict::Resend);
    }
    let found = lease.store.adapter.load(&lease.key).await.ok()?;
    let stored = found.as_ref().map(|loaded| &loaded.record);
    if let Some(unclear) = unclear.filter(|unclear| Some(*unclear) == stored) {
        write.expected = Some(unclear.revision);
    }
    let ownership = lease.store.adapter.abilities().ownership;
    match verdict(found.as_ref(), write, lease.claim, ownership) {
        // The store has compared the claim itself.
        Verdict::Resend if is_claim_lost(error) => Some(Verdict::Fenced),
        verdict => Some(verdict),
    }
}

fn is_claim_lost(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Conflict {
            mismatch: Mismatch::Claim { .. },
            ..
        }
    )
}

/// The rule: my revision and my bytes are there, so it was saved; what I expected is there and my claim stands, so
/// the same may be sent again; anything else is another's.
pub(crate) fn verdict(
    found: Option<&Loaded>,
    write: &Write,
    claim: Claim,
    ownership: Ownership,
) -> Verdict {
    let stored = found.map(|loaded| &loaded.record);
    if is_done(stored, write) {
        return Verdict::Saved;
    }
    let stands = match found.and_then(|loaded| loaded.holder.as_ref()) {
        Some(holder) => holder.claim == claim,
        // Without a record nobody reports a holder: the claim is compared again by the write itself.
        None => ownership == Ownership::Unchecked || found.is_none(),
    };
    let is_expected = stored.map(|stored| stored.revision) == write.expected;
    if is_expected && stands {
        Verdict::Resend
    } else {
        Verdict::Fenced
    }
}

/// Whether what is `stored` is what the write was to leave: the revision alone would not tell.
pub(crate) fn is_done(stored: Option<&Record>, write: &Write) -> bool {
    match (stored, &write.record) {
        (Some(stored), Some(sent)) => {
            stored.revision == sent.revision && stored.bytes == sent.bytes
        }
        (None, None) => true,
        _ => false,
    }
}

async fn wait(lease: &Lease, delay: Duration) {
    if lease.is_closing() {
        return tokio::time::sleep(delay).await;
    }
    tokio::select! {
        () = tokio::time::sleep(delay) => {}
        () = lease.closing() => {}
    }
}

#[cfg(test)]
mod tests;
