//! What became of a write nobody answered for certain, decided by what is loaded after it.

use super::{Loaded, Record, Write};

/// What a write in doubt turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// It is stored. A claim it was to end may still stand: give it back.
    Saved,
    /// It is not stored, and may be written again with the same bytes.
    Open,
    /// Somebody else wrote, or took the key: the server's state is not the key's any more.
    Fenced,
}

/// Decides by the loaded record, which must have been asked for after the write ended.
///
/// Revision and bytes are both compared: the number alone could be another's write.
pub(crate) fn resolve(write: &Write, loaded: Option<&Loaded>) -> Doubt {
    let found = loaded.map(|loaded| &loaded.record);
    if is_done(write, found) {
        return Doubt::Saved;
    }
    if found.map(|record| record.revision) == write.expected && stands(write, loaded) {
        return Doubt::Open;
    }
    Doubt::Fenced
}

fn is_done(write: &Write, found: Option<&Record>) -> bool {
    match (&write.record, found) {
        (Some(mine), Some(found)) => mine.revision == found.revision && mine.bytes == found.bytes,
        (None, None) => true,
        _ => false,
    }
}

/// Whether the claim stands as far as can be seen; the store has the last word when the write comes again.
fn stands(write: &Write, loaded: Option<&Loaded>) -> bool {
    let holder = loaded.and_then(|loaded| loaded.holder.as_ref());
    holder.is_none_or(|holder| Some(holder.claim) == write.claim)
}

#[cfg(test)]
mod tests;
