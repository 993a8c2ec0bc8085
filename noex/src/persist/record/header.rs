//! The fields of a record before its state, in the order in which they are written.
//!
//! The form is frozen for each format: fixtures of every released one stay in the tests.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::millis::{from_unix_ms, unix_ms, whole_ms};
use super::{FORMAT, RecordError, RecordMeta};
use crate::persist::codec::Codec;
use crate::store::{Epoch, Key, NodeId, Revision};

#[derive(Serialize, Deserialize)]
pub(super) struct Header<'a> {
    format: u32,
    #[serde(default)]
    needs: Vec<Cow<'a, str>>,
    key: Cow<'a, str>,
    kind: Cow<'a, str>,
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shape: Option<String>,
    epoch: u64,
    number: u64,
    node: Cow<'a, str>,
    server: Server<'a>,
    codec: Cow<'a, str>,
    created_at: i64,
    saved_at: i64,
    active_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_age: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_idle: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct Server<'a> {
    id: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
}

impl<'a> Header<'a> {
    pub(super) fn of(meta: &'a RecordMeta) -> Self {
        Self {
            format: FORMAT,
            needs: Vec::new(),
            key: meta.key.as_str().into(),
            kind: (&*meta.kind).into(),
            version: meta.version,
            shape: meta.shape.map(|shape| format!("{shape:016x}")),
            epoch: meta.revision.epoch.get(),
            number: meta.revision.number,
            node: meta.node.to_string().into(),
            server: Server {
                id: (&*meta.server_id).into(),
                name: meta.server_name.as_deref().map(Into::into),
            },
            codec: meta.codec.name().into(),
            created_at: unix_ms(meta.created_at),
            saved_at: unix_ms(meta.saved_at),
            active_at: unix_ms(meta.active_at),
            max_age: meta.max_age.map(whole_ms),
            max_idle: meta.max_idle.map(whole_ms),
            expires_at: meta.expires_at.map(unix_ms),
        }
    }

    /// Writes the object without the bracket that closes it.
    pub(super) fn write_open(&self, record: &mut Vec<u8>) {
        serde_json::to_writer(&mut *record, self).expect("strings and numbers go into any buffer");
        record.pop();
    }

    /// Reads an object that lacks the bracket that closes it.
    pub(super) fn read_open(header: &[u8]) -> Result<Header<'static>, RecordError> {
        Self::read(&[header, b"}"].concat())
    }

    /// Reads it from any object that has its fields, in whatever order.
    pub(super) fn read(object: &[u8]) -> Result<Header<'static>, RecordError> {
        let read = serde_json::from_slice::<Header<'static>>(object);
        match read {
            Ok(header) => {
                check_known(header.format, &header.needs, Some(&header.codec)).map(|()| header)
            }
            Err(error) => {
                Err(newer(object).unwrap_or_else(|| RecordError::damaged(error.to_string())))
            }
        }
    }

    pub(super) fn into_meta(self) -> Result<RecordMeta, RecordError> {
        Ok(RecordMeta {
            key: Key::new(&*self.key).map_err(|error| RecordError::damaged(error.to_string()))?,
            kind: (&*self.kind).into(),
            version: self.version,
            shape: self.shape.as_deref().map(read_shape).transpose()?,
            codec: Codec::named(&self.codec).ok_or_else(|| unknown_codec(&self.codec))?,
            revision: Revision {
                epoch: Epoch::new(self.epoch),
                number: self.number,
            },
            node: read_node(&self.node)?,
            server_id: (&*self.server.id).into(),
            server_name: self.server.name.as_deref().map(Into::into),
            created_at: read_time(self.created_at)?,
            saved_at: read_time(self.saved_at)?,
            active_at: read_time(self.active_at)?,
            max_age: self.max_age.map(Duration::from_millis),
            max_idle: self.max_idle.map(Duration::from_millis),
            expires_at: self.expires_at.map(read_time).transpose()?,
        })
    }
}

/// What every format opens with, so that older code can tell that it is newer.
#[derive(Deserialize)]
struct Opening {
    format: u32,
    #[serde(default)]
    needs: Vec<String>,
    codec: Option<String>,
}

fn newer(closed: &[u8]) -> Option<RecordError> {
    let opening: Opening = serde_json::from_slice(closed).ok()?;
    check_known(opening.format, &opening.needs, opening.codec.as_deref()).err()
}

fn check_known(
    format: u32,
    needs: &[impl AsRef<str>],
    codec: Option<&str>,
) -> Result<(), RecordError> {
    if format > FORMAT {
        return Err(RecordError::NewerFormat {
            found: format,
            known: FORMAT,
        });
    }
    let codec = codec
        .filter(|codec| Codec::named(codec).is_none())
        .map(feature_of_codec);
    let features: Vec<String> = needs
        .iter()
        .map(|need| need.as_ref().to_owned())
        .chain(codec)
        .collect();
    if features.is_empty() {
        Ok(())
    } else {
        Err(RecordError::UnknownFeatures { features })
    }
}

fn feature_of_codec(codec: &str) -> String {
    format!("codec {codec}")
}

fn unknown_codec(codec: &str) -> RecordError {
    RecordError::UnknownFeatures {
        features: vec![feature_of_codec(codec)],
    }
}

fn read_node(digits: &str) -> Result<NodeId, RecordError> {
    digits
        .parse()
        .map_err(|_| RecordError::damaged("its node is no hex number"))
}

fn read_shape(digits: &str) -> Result<u64, RecordError> {
    u64::from_str_radix(digits, 16).map_err(|_| RecordError::damaged("its shape is no hex number"))
}

fn read_time(ms: i64) -> Result<SystemTime, RecordError> {
    from_unix_ms(ms).ok_or_else(|| RecordError::damaged("one of its times is out of range"))
}
