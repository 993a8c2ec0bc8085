//! Whether a database file is all there: SQLite itself misses some of the ways in which it may not be.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rusqlite::Connection;

use super::place::Place;
use super::schema::{Target, explain};
use crate::store::OpenError;
use crate::store::disk::lock::ProcessLock;
use crate::store::disk::private;

/// How every database begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Where the versions of the file format end, and what they are in a database with a log.
const HEADER: u64 = 20;
const LOGGED: &[u8] = &[2, 2];

/// The length of the smallest page.
const SMALLEST: u64 = 512;

/// Looks at the file before SQLite does, which takes an empty or a very short one for a new database.
pub(super) fn check_beginning(place: &Place, lock: &ProcessLock) -> Result<(), OpenError> {
    let Place { path, fresh } = place;
    if *fresh {
        return lock
            .unmark()
            .map_err(|source| private::refused(path, source));
    }
    let (length, beginning) = begins(path).map_err(|source| private::refused(path, source))?;
    if length == 0 {
        return if lock.marked() {
            Err(emptied(path))
        } else {
            Ok(())
        };
    }
    if !beginning.starts_with(MAGIC) && !MAGIC.starts_with(&beginning) {
        return Err(OpenError::NotADatabase { path: path.clone() });
    }
    if length < SMALLEST {
        return Err(short(path, length, SMALLEST));
    }
    Ok(())
}

/// Compares the open database with its file: SQLite misses a last page that is cut short, and a log that was asked
/// for but could not be switched to.
pub(super) fn check_file(connection: &Connection, target: &Target) -> Result<(), OpenError> {
    let Some(path) = &target.path else {
        return Ok(());
    };
    let failed = |error| explain(target, error);
    let whole = write_back(connection).map_err(failed)?;
    let (found, header) = begins(path).map_err(|source| private::refused(path, source))?;
    if !header.ends_with(LOGGED) {
        return Err(not_logged(path));
    }
    let expected = pages(connection).map_err(failed)?;
    // While a reader keeps the log from being written back, the file may well be shorter.
    if whole && found < expected {
        return Err(short(path, found, expected));
    }
    Ok(())
}

/// Writes the whole log back into the database, or says that a reader kept it from doing so.
pub(super) fn write_back(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
        Ok(row.get::<_, i64>(0)? == 0)
    })
}

fn begins(path: &Path) -> std::io::Result<(u64, Vec<u8>)> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut beginning = Vec::new();
    file.take(HEADER).read_to_end(&mut beginning)?;
    Ok((length, beginning))
}

fn pages(connection: &Connection) -> rusqlite::Result<u64> {
    let number = |setting| connection.pragma_query_value(None, setting, |row| row.get::<_, i64>(0));
    Ok(number("page_count")?
        .saturating_mul(number("page_size")?)
        .unsigned_abs())
}

fn not_logged(path: &Path) -> OpenError {
    let (setting, wanted) = ("journal_mode", "wal");
    OpenError::NotDurable {
        path: path.to_owned(),
        setting,
        found: "another".to_owned(),
        wanted,
    }
}

fn emptied(path: &Path) -> OpenError {
    let message = "it is empty, and held a store before; remove it to begin anew".to_owned();
    OpenError::Damaged {
        path: path.to_owned(),
        message,
    }
}

fn short(path: &Path, found: u64, expected: u64) -> OpenError {
    let message = format!("it has {found} bytes, not {expected} or more");
    OpenError::Damaged {
        path: path.to_owned(),
        message,
    }
}
