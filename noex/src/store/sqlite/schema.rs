//! Opening the database: settings that are read back, and the tables.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::store::{Abilities, Durability, OpenError, Ownership};

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

/// A connection with every setting made and read back, to a database with its tables made.
pub(super) fn open(target: &Target) -> Result<Connection, OpenError> {
    let connection = connect(target).map_err(|error| explain(target, error))?;
    if target.path.is_some() {
        set(&connection, target, "journal_mode", "wal")?;
        set(&connection, target, "synchronous", "2")?;
        set(&connection, target, "fullfsync", "1")?;
        set(&connection, target, "checkpoint_fullfsync", "1")?;
    }
    set(&connection, target, "encoding", "UTF-8")?;
    make_tables(&connection, target)?;
    check_whole(&connection, target)?;
    Ok(connection)
}

/// What the open database promises.
pub(super) fn abilities(connection: &Connection, target: &Target) -> Result<Abilities, OpenError> {
    let read = |setting| read(connection, setting).map_err(|error| explain(target, error));
    let (journal, synchronous) = (read("journal_mode")?, read("synchronous")?);
    let durability = if target.path.is_some() {
        Durability::Disk
    } else {
        Durability::Memory
    };
    let evidence = format!(
        "SQLite {} at {}, read back: journal_mode = {journal}, synchronous = {synchronous}",
        rusqlite::version(),
        target.name().display(),
    );
    Ok(Abilities::new(durability, evidence).ownership(Ownership::Process))
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

fn connect(target: &Target) -> rusqlite::Result<Connection> {
    let connection = match &target.path {
        // Without `SQLITE_OPEN_URI`: a path is a path, whatever it begins with.
        Some(path) => Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?,
        None => Connection::open_in_memory()?,
    };
    connection.busy_timeout(target.busy_timeout)?;
    // The first read is what finds out whether the file is a database.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

fn set(
    connection: &Connection,
    target: &Target,
    setting: &'static str,
    wanted: &'static str,
) -> Result<(), OpenError> {
    let failed = |error| explain(target, error);
    connection
        .pragma_update(None, setting, wanted)
        .map_err(failed)?;
    let found = read(connection, setting).map_err(failed)?;
    if found == wanted {
        return Ok(());
    }
    Err(OpenError::NotDurable {
        path: target.name().to_owned(),
        setting,
        found,
        wanted,
    })
}

fn read(connection: &Connection, setting: &str) -> rusqlite::Result<String> {
    connection.pragma_query_value(None, setting, |row| {
        Ok(match row.get_ref(0)? {
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            other => other.as_str()?.to_owned(),
        })
    })
}

fn make_tables(connection: &Connection, target: &Target) -> Result<(), OpenError> {
    let Target { table, .. } = target;
    let failed = |error| explain(target, error);
    // An ordinary rowid table with an index on the key: without rowids, writes are four times slower.
    let statements = format!(
        "BEGIN IMMEDIATE;
         CREATE TABLE IF NOT EXISTS \"{table}\" (
             id INTEGER PRIMARY KEY,
             key TEXT NOT NULL UNIQUE,
             kind TEXT NOT NULL,
             epoch INTEGER NOT NULL,
             number INTEGER NOT NULL,
             expires_at INTEGER,
             record BLOB NOT NULL
         );
         CREATE TABLE IF NOT EXISTS \"{table}_meta\" (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
         INSERT OR IGNORE INTO \"{table}_meta\" VALUES ('format', {FORMAT}), ('epoch', 0);
         COMMIT;"
    );
    connection
        .execute_batch(&statements)
        .or_else(|error| foreign(connection, target, error))?;
    let found = meta(connection, table, "format").map_err(failed)?;
    if found > FORMAT {
        let path = target.name().to_owned();
        return Err(OpenError::NewerFormat {
            path,
            found,
            known: FORMAT,
        });
    }
    let columns =
        format!("SELECT id, key, kind, epoch, number, expires_at, record FROM \"{table}\"");
    connection
        .prepare(&columns)
        .map(drop)
        .or_else(|error| foreign(connection, target, error))
}

/// Writes the whole log back into the database, or says that a reader kept it from doing so.
pub(super) fn write_back(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
        Ok(row.get::<_, i64>(0)? == 0)
    })
}

/// A number of the store as a whole.
pub(super) fn meta(connection: &Connection, table: &str, name: &str) -> rusqlite::Result<i64> {
    let query = format!("SELECT value FROM \"{table}_meta\" WHERE name = ?1");
    connection.query_row(&query, [name], |row| row.get(0))
}

fn foreign(
    connection: &Connection,
    target: &Target,
    error: rusqlite::Error,
) -> Result<(), OpenError> {
    if !connection.is_autocommit() {
        drop(connection.execute_batch("ROLLBACK"));
    }
    // SQLite has no code of its own for a column or a table that is not there.
    if error.sqlite_error_code() == Some(ErrorCode::Unknown) {
        let path = target.name().to_owned();
        return Err(OpenError::ForeignTable {
            path,
            table: target.table.clone(),
        });
    }
    Err(explain(target, error))
}

/// SQLite misses a last page that is cut short; once the log is written back, length and page count must agree.
fn check_whole(connection: &Connection, target: &Target) -> Result<(), OpenError> {
    let Some(path) = &target.path else {
        return Ok(());
    };
    let failed = |error| explain(target, error);
    if !write_back(connection).map_err(failed)? {
        // A reader of the old pages is no damage.
        return Ok(());
    }
    let number = |setting| {
        connection
            .pragma_query_value(None, setting, |row| {
                row.get::<_, i64>(0).map(i64::unsigned_abs)
            })
            .map_err(failed)
    };
    let expected = number("page_count")?.saturating_mul(number("page_size")?);
    let metadata = std::fs::metadata(path);
    let found = metadata
        .map_err(|source| super::files::refused(path, source))?
        .len();
    if found < expected {
        let message = format!("it has {found} bytes of {expected}");
        return Err(OpenError::Damaged {
            path: path.clone(),
            message,
        });
    }
    Ok(())
}
