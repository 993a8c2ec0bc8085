//! Settings without which a write that returned could be lost: each is made, and read back.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::schema::{Target, explain};
use crate::store::{Abilities, Durability, OpenError, Ownership};

/// A connection to the database with every setting made.
pub(super) fn connect(target: &Target) -> Result<Connection, OpenError> {
    let connection = begin(target).map_err(|error| explain(target, error))?;
    if target.path.is_some() {
        set(&connection, target, "journal_mode", "wal")?;
        set(&connection, target, "synchronous", "2")?;
        set(&connection, target, "fullfsync", "1")?;
        set(&connection, target, "checkpoint_fullfsync", "1")?;
    }
    // Another encoding would order the keys in another way.
    set(&connection, target, "encoding", "UTF-8")?;
    Ok(connection)
}

/// What the open database promises, as it was read back.
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

fn begin(target: &Target) -> rusqlite::Result<Connection> {
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
            ValueRef::Integer(number) => number.to_string(),
            other => other.as_str()?.to_owned(),
        })
    })
}
