//! The tables of a store, and opening a database up to the point where they are there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::{settings, whole};
use crate::store::OpenError;

/// The newest layout of the tables this release knows.
const FORMAT: i64 = 1;

/// Which database, and which table of it.
pub(super) struct Target {
    pub(super) path: Option<PathBuf>,
    pub(super) table: String,
    pub(super) busy_timeout: Duration,
}

impl Target {
    /// What errors call the database.
    pub(super) fn name(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new(":memory:"))
    }
}

/// A connection with every setting made and read back, to a whole database with its tables made.
pub(super) fn open(target: &Target) -> Result<Connection, OpenError> {
    let connection = settings::connect(target)?;
    make_tables(&connection, target)?;
    whole::check_file(&connection, target)?;
    Ok(connection)
}

/// Table names stand in statements, where no parameter can.
pub(super) fn check_table_name(table: &str) -> Result<(), OpenError> {
    let begins = table.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let goes_on = table
        .chars()
        .all(|next| next.is_ascii_alphanumeric() || next == '_');
    let reserved = table.to_ascii_lowercase().starts_with("sqlite_");
    if begins && goes_on && !reserved && table.len() <= 64 {
        return Ok(());
    }
    Err(OpenError::TableName {
        table: table.to_owned(),
    })
}

/// A number of the store as a whole.
pub(super) fn meta(connection: &Connection, table: &str, name: &str) -> rusqlite::Result<i64> {
    let query = format!("SELECT value FROM \"{table}_meta\" WHERE name = ?1");
    connection.query_row(&query, [name], |row| row.get(0))
}

/// Says in one line what SQLite met.
pub(super) fn explain(target: &Target, error: rusqlite::Error) -> OpenError {
    let path = target.name().to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotADatabase { path },
        Some(ErrorCode::DatabaseCorrupt) => OpenError::Damaged {
            path,
            message: error.to_string(),
        },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::Locked { path },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            OpenError::NoPermission {
                path,
                source: error.into(),
            }
        }
        _ => OpenError::Database {
            path,
            source: error.into(),
        },
    }
}

fn make_tables(connection: &Connection, target: &Target) -> Result<(), OpenError> {
    let failed = |error| explain(target, error);
    connection
        .execute_batch("BEGIN IMMEDIATE")
        .map_err(failed)?;
    let made = connection
        .execute_batch(&statements(&target.table))
        .map_err(|error| foreign(target, error))
        .and_then(|()| check_tables(connection, target));
    let end = if made.is_ok() { "COMMIT" } else { "ROLLBACK" };
    made.and(connection.execute_batch(end).map_err(failed))
}

/// An ordinary rowid table with an index on the key: without rowids, writes are four times slower.
fn statements(table: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS \"{table}\" (
             id INTEGER PRIMARY KEY,
             key TEXT NOT NULL UNIQUE,
             kind TEXT NOT NULL,
             epoch INTEGER NOT NULL,
             number INTEGER NOT NULL,
             expires_at INTEGER,
             record BLOB NOT NULL
         );
         CREATE TABLE IF NOT EXISTS \"{table}_meta\" (
             name TEXT PRIMARY KEY,
             value INTEGER NOT NULL
         );
         INSERT OR IGNORE INTO \"{table}_meta\" (name, value)
             VALUES ('format', {FORMAT}), ('epoch', 0);"
    )
}

/// That the tables which were there are those of a store, and of one this release knows.
fn check_tables(connection: &Connection, target: &Target) -> Result<(), OpenError> {
    let table = &target.table;
    let found = meta(connection, table, "format").map_err(|error| foreign(target, error))?;
    if found > FORMAT {
        let path = target.name().to_owned();
        return Err(OpenError::NewerFormat {
            path,
            found,
            known: FORMAT,
        });
    }
    let columns = format!(
        "SELECT r.id, r.key, r.kind, r.epoch, r.number, r.expires_at, r.record FROM \"{table}\" r"
    );
    connection
        .prepare(&columns)
        .map(drop)
        .map_err(|error| foreign(target, error))
}

fn foreign(target: &Target, error: rusqlite::Error) -> OpenError {
    match error {
        rusqlite::Error::SqlInputError { .. } | rusqlite::Error::QueryReturnedNoRows => {
            OpenError::ForeignTable {
                path: target.name().to_owned(),
                table: target.table.clone(),
            }
        }
        error => explain(target, error),
    }
}
