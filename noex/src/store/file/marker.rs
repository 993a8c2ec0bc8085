//! The file by which a directory is known to be a store: its form, how its files end, and the epochs given so far.

use std::borrow::Cow;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::folder::Folder;
use super::form::Parts;
use super::name::Names;
use crate::store::OpenError;

/// The name of the file; no key is written so.
pub(super) const MARKER: &str = ".store";

/// The newest form of a directory that this release knows.
const FORMAT: i64 = 1;

#[derive(Serialize, Deserialize)]
struct Marker<'a> {
    format: i64,
    extension: Cow<'a, str>,
    epoch: i64,
    checksum: u64,
}

/// The file as it is to be written.
pub(super) fn written(names: &Names, epoch: i64) -> Parts {
    let extension = names.extension();
    let marker = Marker {
        format: FORMAT,
        extension: extension.into(),
        epoch,
        checksum: checksum(extension, epoch),
    };
    let mut bytes = serde_json::to_vec(&marker).expect("strings and numbers go into any buffer");
    bytes.push(b'\n');
    Parts::from(Bytes::from(bytes))
}

/// The epochs that may have been given in this directory; none if it is no store yet.
pub(super) fn read(folder: &Folder, names: &Names) -> Result<Option<i64>, OpenError> {
    let Some(bytes) = folder.read(MARKER)? else {
        return Ok(None);
    };
    check_format(folder, &bytes)?;
    let marker = serde_json::from_slice(&bytes).ok();
    let marker = marker.filter(|marker: &Marker<'_>| {
        marker.checksum == checksum(&marker.extension, marker.epoch) && marker.format == FORMAT
    });
    let Some(marker) = marker else {
        return Err(damaged(folder));
    };
    if marker.extension == names.extension() {
        return Ok(Some(marker.epoch));
    }
    Err(OpenError::OtherExtension {
        path: folder.path().to_owned(),
        found: marker.extension.into_owned(),
        wanted: names.extension().to_owned(),
    })
}

#[derive(Deserialize)]
struct Format {
    format: i64,
}

/// Of a newer form only this is known: that it says so.
fn check_format(folder: &Folder, bytes: &[u8]) -> Result<(), OpenError> {
    match serde_json::from_slice::<Format>(bytes) {
        Ok(Format { format }) if format > FORMAT => Err(OpenError::NewerFormat {
            path: folder.path().to_owned(),
            found: format,
            known: FORMAT,
        }),
        _ => Ok(()),
    }
}

fn damaged(folder: &Folder) -> OpenError {
    let message = "its checksum does not match; remove it once no process has the store open";
    OpenError::Damaged {
        path: folder.path().join(MARKER),
        message: message.to_owned(),
    }
}

fn checksum(extension: &str, epoch: i64) -> u64 {
    // What JSON's readers hold exactly.
    xxh3_64(format!("{FORMAT} {extension} {epoch}").as_bytes()) >> 11
}
