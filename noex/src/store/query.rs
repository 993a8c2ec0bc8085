//! Asking a store for its keys, page by page.

use std::sync::Arc;

use super::Key;

/// Which keys to list. `kind` and `expires_before` are hints: a store may give back keys that do not fit them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// What every listed key begins with, byte by byte; no character has a meaning.
    pub prefix: Arc<str>,
    /// Records of this kind only.
    pub kind: Option<Arc<str>>,
    /// Records that expire before this time only, in milliseconds since 1970.
    pub expires_before: Option<i64>,
    /// Where the page before this one ended.
    pub after: Option<Cursor>,
    /// The most keys of one page; at least one.
    pub limit: usize,
}

impl Query {
    /// The first 1,000 keys that begin with `prefix`.
    #[must_use]
    pub fn prefix(prefix: impl Into<Arc<str>>) -> Self {
        Self {
            prefix: prefix.into(),
            kind: None,
            expires_before: None,
            after: None,
            limit: 1000,
        }
    }

    /// The first 1,000 keys of the store.
    #[must_use]
    pub fn all() -> Self {
        Self::prefix("")
    }

    /// The same query for records of one kind.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<Arc<str>>) -> Self {
        self.kind = Some(kind.into());
        self
    }

    /// The same query for records that expire before this time, in milliseconds since 1970.
    #[must_use]
    pub const fn expires_before(mut self, time: i64) -> Self {
        self.expires_before = Some(time);
        self
    }

    /// The page that follows the one which gave this cursor.
    #[must_use]
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// The same query with pages of at most `limit` keys.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = if limit == 0 { 1 } else { limit };
        self
    }
}

/// Where a page ended; what is in it is the store's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(Arc<str>);

impl Cursor {
    /// A cursor with the store's own text.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The store's own text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Some of the keys of a query, in no promised order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Page {
    /// The keys, each at most once in all pages of a query.
    pub keys: Vec<Key>,
    /// Where to go on; `None` if this was the last page.
    pub next: Option<Cursor>,
}

impl Page {
    /// A page of these keys.
    #[must_use]
    pub const fn new(keys: Vec<Key>, next: Option<Cursor>) -> Self {
        Self { keys, next }
    }
}
