//! What is in a key's file: the bytes of its record, and nothing else, wherever they tell all there is to know.
//!
//! A sealed record says itself which revision, kind and time of expiry it has. Bytes that do not, which only tests and
//! other users of the store write, come after a line of JSON that says it for them. Which of the two forms is right is
//! decided by reading: what would not be read back as it was given gets the line.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::persist::record::{Copies, copies};
use crate::store::{Epoch, Key, Record, Revision};

/// What is left in place of a record where only an overwritten file surely is no longer there. No record reads so, cut
/// short or not.
pub(super) const NOTHING: &[u8] =
    b"{\"deleted\":true,\"why\":\"the directory could not be synced\"}\n";

/// How the line begins; no sealed record does.
const LINE: &[u8] = b"{\"line\":1,";
const CHECKSUM: &[u8] = b",\"checksum\":\"";
const DIGITS: usize = 16;
const END: &[u8] = b"\"}";

/// What was found in a file.
#[derive(Clone, Debug)]
pub(super) struct Content {
    /// The key that the file itself names; none if it is damaged.
    pub(super) key: Option<Key>,
    pub(super) record: Record,
}

/// A file's content in two parts, of which the first is often empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) line: Vec<u8>,
    pub(super) bytes: Bytes,
}

impl From<Bytes> for Parts {
    fn from(bytes: Bytes) -> Self {
        let line = Vec::new();
        Self { line, bytes }
    }
}

/// What the file's own line, or the sealed record, did not stand up to.
#[derive(Debug, thiserror::Error)]
#[error("the file is damaged: its checksum does not match")]
pub(super) struct Damaged;

/// What goes into the file of a key, the name of which may not tell the key.
pub(super) fn written(key: &Key, record: &Record, named: bool) -> Parts {
    let plain = read(&record.bytes).ok().flatten();
    let tells_all = plain.is_some_and(|content| {
        content.record == *record && (named || content.key.as_ref() == Some(key))
    });
    let line = if tells_all {
        Vec::new()
    } else {
        line(key, record)
    };
    Parts {
        line,
        bytes: record.bytes.clone(),
    }
}

/// Reads a file; nothing, if it stands for a record that is no longer there.
///
/// Bytes that are no whole record are handed over as they are, for whoever judges them and may want to keep a copy, as
/// a revision of their own: nothing is written over them but by one who has seen these very bytes.
pub(super) fn read(bytes: &Bytes) -> Result<Option<Content>, Damaged> {
    if **bytes == *NOTHING {
        return Ok(None);
    }
    if bytes.starts_with(LINE) {
        return read_lined(bytes).map(Some).ok_or(Damaged);
    }
    Ok(Some(match copies(bytes) {
        Some(told) => content(told, bytes.clone()),
        None => damaged(bytes),
    }))
}

/// The key that is written in a file, be the rest of it whole or not. It is the right one only if the file is named
/// for it.
pub(super) fn key_in(bytes: &[u8]) -> Option<Key> {
    const FIELD: &[u8] = b"\"key\":";
    let at = bytes
        .windows(FIELD.len())
        .position(|window| window == FIELD)?;
    let value = bytes.get(at + FIELD.len()..)?;
    let mut values = serde_json::Deserializer::from_slice(value).into_iter::<String>();
    Key::new(values.next()?.ok()?).ok()
}

fn content(told: Copies, bytes: Bytes) -> Content {
    let record = Record::new(told.revision, told.kind, bytes).expiring(told.expires_at);
    let key = Some(told.key);
    Content { key, record }
}

fn damaged(bytes: &Bytes) -> Content {
    let number = xxh3_64(bytes) >> 32;
    let revision = Revision::new(Epoch::default(), number);
    let record = Record::new(revision, "", bytes.clone());
    Content { key: None, record }
}

#[derive(Serialize, Deserialize)]
struct Told<'a> {
    line: u32,
    key: Cow<'a, str>,
    kind: Cow<'a, str>,
    epoch: u64,
    number: u64,
    expires_at: Option<i64>,
}

fn line(key: &Key, record: &Record) -> Vec<u8> {
    let told = Told {
        line: 1,
        key: key.as_str().into(),
        kind: (&*record.kind).into(),
        epoch: record.revision.epoch.get(),
        number: record.revision.number,
        expires_at: record.expires_at,
    };
    let mut line = serde_json::to_vec(&told).expect("strings and numbers go into any buffer");
    line.pop();
    let digits = checksum(&line, &record.bytes);
    line.extend_from_slice(CHECKSUM);
    line.extend_from_slice(digits.as_bytes());
    line.extend_from_slice(END);
    line.push(b'\n');
    line
}

fn read_lined(file: &Bytes) -> Option<Content> {
    let end = file.iter().position(|byte| *byte == b'\n')?;
    let (line, bytes) = (file.get(..end)?, file.slice(end + 1..));
    let (covered, digits) = line.strip_suffix(END)?.split_last_chunk::<DIGITS>()?;
    let covered = covered.strip_suffix(CHECKSUM)?;
    if checksum(covered, &bytes).as_bytes() != digits {
        return None;
    }
    let told: Told<'_> = serde_json::from_slice(&[covered, b"}"].concat()).ok()?;
    let revision = Revision::new(Epoch::new(told.epoch), told.number);
    let record = Record::new(revision, &*told.kind, bytes).expiring(told.expires_at);
    let key = Some(Key::new(&*told.key).ok()?);
    Some(Content { key, record })
}

fn checksum(line: &[u8], bytes: &[u8]) -> String {
    let mut hash = Xxh3::new();
    hash.update(line);
    hash.update(bytes);
    format!("{:016x}", hash.digest())
}

#[cfg(test)]
mod tests;
