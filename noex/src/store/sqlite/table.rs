//! The statements on the table of the records.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, ToSql, params};

use crate::store::{Bytes, Cursor, Epoch, Key, Page, Query, Record, Revision, StoreError};

/// How many rows one page looks at, so that a search for few keys among many does not hold up the writes.
const PAGE_ROWS: u32 = 10_000;

/// The statements, with the table's name in them.
pub(super) struct Table {
    load: String,
    find: String,
    insert: String,
    update: String,
    delete: String,
    list: String,
    reserve: String,
}

/// Where a record is, and how far it has come.
pub(super) struct Found {
    row: i64,
    pub(super) revision: Revision,
}

impl Table {
    pub(super) fn new(name: &str) -> Self {
        Self {
            load: format!(
                "SELECT epoch, number, kind, expires_at, record FROM \"{name}\" WHERE key = ?1"
            ),
            find: format!("SELECT epoch, number, id FROM \"{name}\" WHERE key = ?1"),
            insert: format!(
                "INSERT INTO \"{name}\" (key, kind, epoch, number, expires_at, record)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
            ),
            update: format!(
                "UPDATE \"{name}\" SET kind = ?2, epoch = ?3, number = ?4, expires_at = ?5, record = ?6
                 WHERE id = ?1"
            ),
            delete: format!("DELETE FROM \"{name}\" WHERE id = ?1"),
            list: format!(
                "SELECT key, kind, expires_at FROM \"{name}\"
                 WHERE key >= ?1 AND key > ?2 ORDER BY key LIMIT ?3"
            ),
            reserve: format!("UPDATE \"{name}_meta\" SET value = ?1 WHERE name = 'epoch'"),
        }
    }

    pub(super) fn load(
        &self,
        connection: &Connection,
        key: &Key,
    ) -> Result<Option<Record>, StoreError> {
        let mut statement = prepared(connection, &self.load)?;
        let row = statement.query_row([key.as_str()], record).optional();
        row.map_err(StoreError::rejected)
    }

    pub(super) fn find(
        &self,
        connection: &Connection,
        key: &Key,
    ) -> Result<Option<Found>, StoreError> {
        let mut statement = prepared(connection, &self.find)?;
        let found = |row: &Row<'_>| {
            Ok(Found {
                row: row.get(2)?,
                revision: revision(row)?,
            })
        };
        statement
            .query_row([key.as_str()], found)
            .optional()
            .map_err(StoreError::rejected)
    }

    /// Puts the record in the place that was found, or in a new one; none deletes.
    pub(super) fn put(
        &self,
        connection: &Connection,
        key: &Key,
        found: Option<&Found>,
        record: Option<&Record>,
    ) -> Result<(), StoreError> {
        match (found, record) {
            (None, None) => Ok(()),
            (None, Some(record)) => execute(connection, &self.insert, &key.as_str(), record),
            (Some(found), Some(record)) => execute(connection, &self.update, &found.row, record),
            (Some(found), None) => {
                prepared(connection, &self.delete)?
                    .execute([found.row])
                    .map_err(StoreError::rejected)?;
                Ok(())
            }
        }
    }

    /// Notes that every epoch up to this one may have been given.
    pub(super) fn reserve(&self, connection: &Connection, epoch: i64) -> Result<(), StoreError> {
        prepared(connection, &self.reserve)?
            .execute([epoch])
            .map_err(StoreError::rejected)?;
        Ok(())
    }

    pub(super) fn list(&self, connection: &Connection, query: &Query) -> Result<Page, StoreError> {
        let mut statement = prepared(connection, &self.list)?;
        let after = query.after.as_ref().map_or("", Cursor::as_str);
        let mut rows = statement
            .query(params![&*query.prefix, after, PAGE_ROWS])
            .map_err(StoreError::rejected)?;
        page(&mut rows, query)
    }
}

fn execute(
    connection: &Connection,
    statement: &str,
    place: &dyn ToSql,
    record: &Record,
) -> Result<(), StoreError> {
    let epoch = whole(record.revision.epoch.get())?;
    let number = whole(record.revision.number)?;
    let bytes = stored(&record.bytes);
    prepared(connection, statement)?
        .execute(params![
            place,
            &*record.kind,
            epoch,
            number,
            record.expires_at,
            bytes
        ])
        .map_err(StoreError::rejected)?;
    Ok(())
}

fn prepared<'a>(
    connection: &'a Connection,
    statement: &str,
) -> Result<CachedStatement<'a>, StoreError> {
    connection
        .prepare_cached(statement)
        .map_err(StoreError::rejected)
}

/// Text where it can be text, so that `json_extract` reads it.
fn stored(bytes: &[u8]) -> ToSqlOutput<'_> {
    let text = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    ToSqlOutput::Borrowed(if text {
        ValueRef::Text(bytes)
    } else {
        ValueRef::Blob(bytes)
    })
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let bytes = match row.get_ref(4)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Bytes::copy_from_slice(bytes),
        other => {
            return Err(rusqlite::Error::InvalidColumnType(
                4,
                "record".into(),
                other.data_type(),
            ));
        }
    };
    let kind: String = row.get(2)?;
    Ok(Record::new(revision(row)?, kind, bytes).expiring(row.get::<_, Option<i64>>(3)?))
}

fn revision(row: &Row<'_>) -> rusqlite::Result<Revision> {
    let number = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
    Ok(Revision::new(Epoch::new(number(0)?), number(1)?))
}

fn page(rows: &mut rusqlite::Rows<'_>, query: &Query) -> Result<Page, StoreError> {
    let mut keys = Vec::new();
    let mut last = None;
    let mut looked_at = 0_u32;
    while let Some(row) = rows.next().map_err(StoreError::rejected)? {
        let key: String = row.get(0).map_err(StoreError::rejected)?;
        if !key.starts_with(&*query.prefix) {
            return Ok(Page::new(keys, None));
        }
        if keys.len() == query.limit.max(1) {
            return Ok(Page::new(keys, last.map(Cursor::new)));
        }
        if matches(row, query).map_err(StoreError::rejected)? {
            keys.push(Key::new(&*key)?);
        }
        last = Some(key);
        looked_at += 1;
    }
    let next = last.filter(|_| looked_at == PAGE_ROWS);
    Ok(Page::new(keys, next.map(Cursor::new)))
}

fn matches(row: &Row<'_>, query: &Query) -> rusqlite::Result<bool> {
    let kind = row.get_ref(1)?.as_str()?;
    let expires_at: Option<i64> = row.get(2)?;
    let of_kind = query.kind.as_ref().is_none_or(|wanted| &**wanted == kind);
    let expired = |before| expires_at.is_some_and(|at| at < before);
    Ok(of_kind && query.expires_before.is_none_or(expired))
}

/// SQLite's integers have a sign.
fn whole(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(StoreError::rejected)
}
