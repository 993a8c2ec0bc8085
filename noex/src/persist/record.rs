//! The sealed record: one byte string, the same in every store, a JSON object on one line where its state is JSON.
//!
//! A state in another codec stands in the same place as its plain bytes, behind an end of line, so that what the record
//! says of it is a line of its own. A header of fixed fields comes first, then the state as it was encoded, and last a checksum over every byte
//! before its digits. What the state means is the codec's business; what becomes of a record that cannot be read
//! is decided at the start of its server.

#[cfg(feature = "file")]
mod copies;
#[cfg(test)]
mod damage_tests;
mod edited;
mod error;
mod header;
mod meta;
pub(crate) mod millis;
#[cfg(test)]
mod tests;

#[cfg(feature = "file")]
pub(crate) use copies::{Copies, copies};
pub(crate) use edited::{read_edited, state_in};
pub use error::RecordError;
pub use meta::RecordMeta;

use bytes::Bytes;
use xxhash_rust::xxh3::xxh3_64;

use super::codec::Codec;
use crate::store::{Key, Record};
use header::Header;

/// The newest form of a record this code writes and reads.
pub(crate) const FORMAT: u32 = 1;

const STATE: &[u8] = b",\"state\":";
const CHECKSUM: &[u8] = b",\"checksum\":\"";
const DIGITS: usize = 16;
const END: &[u8] = b"\"}";

/// A record that was found whole and to be the one asked for.
#[derive(Clone, Debug)]
pub(crate) struct Unsealed {
    pub(crate) meta: RecordMeta,
    /// A slice of the record's bytes.
    pub(crate) state: Bytes,
}

/// Puts an encoded state and what is known about it into one byte string.
pub(crate) fn seal(meta: &RecordMeta, state: &[u8]) -> Bytes {
    let mut record = Vec::with_capacity(512 + state.len());
    Header::of(meta).write_open(&mut record);
    if meta.codec != Codec::Json {
        record.push(b'\n');
    }
    record.extend_from_slice(STATE);
    record.extend_from_slice(state);
    record.extend_from_slice(CHECKSUM);
    let digits = checksum(&record);
    record.extend_from_slice(&digits);
    record.extend_from_slice(END);
    record.into()
}

/// What a store is given of a sealed state: the bytes, and copies of what it finds them by.
pub(crate) fn stored(meta: &RecordMeta, state: &[u8]) -> Record {
    let expires_at = meta.expires_at.map(millis::unix_ms);
    Record::new(meta.revision, meta.kind.clone(), seal(meta, state)).expiring(expires_at)
}

/// Reads a record of `expected`, having first made sure that no byte of it has changed.
pub(crate) fn unseal(record: &Bytes, expected: &Key) -> Result<Unsealed, RecordError> {
    let unsealed = unseal_any(record)?;
    if unsealed.meta.key != *expected {
        return Err(RecordError::Foreign {
            found: unsealed.meta.key,
        });
    }
    Ok(unsealed)
}

/// Reads a record of whichever key.
pub(crate) fn unseal_any(record: &Bytes) -> Result<Unsealed, RecordError> {
    let content = verified(record)?;
    // What a newer format looks like is not known; only that it opens with its number and its needs.
    let (header, state) = split_at_state(content).unwrap_or((content, &[]));
    let meta = Header::read_open(header)?.into_meta()?;
    Ok(Unsealed {
        meta,
        state: record.slice_ref(state),
    })
}

/// What the checksum vouches for, without the checksum itself.
fn verified(record: &[u8]) -> Result<&[u8], RecordError> {
    let damaged = || RecordError::damaged("its checksum is missing");
    let sealed = record.strip_suffix(END).ok_or_else(damaged)?;
    let (covered, digits) = sealed.split_last_chunk::<DIGITS>().ok_or_else(damaged)?;
    if *digits != checksum(covered) {
        return Err(RecordError::damaged("its checksum does not match"));
    }
    covered.strip_suffix(CHECKSUM).ok_or_else(damaged)
}

/// The first `,"state":` is the field: within a JSON string its first quote would be escaped.
fn split_at_state(content: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = content
        .windows(STATE.len())
        .position(|window| window == STATE)?;
    let (header, rest) = content.split_at_checked(at)?;
    Some((header, rest.strip_prefix(STATE)?))
}

fn checksum(bytes: &[u8]) -> [u8; DIGITS] {
    let hash = xxh3_64(bytes);
    std::array::from_fn(|digit| hex_digit(hash >> (4 * (DIGITS - 1 - digit))))
}

fn hex_digit(value: u64) -> u8 {
    match (value & 0xf) as u8 {
        low @ 0..=9 => b'0' + low,
        high => b'a' + (high - 10),
    }
}
