//! The name of a record in a store.
//!
//! What a key may be is decided here, once, so that an adapter never sees one it would have to refuse for its form.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::StoreError;

/// The name of a record: non-empty UTF-8 without U+0000, at most 1,024 bytes, and nothing in it has a meaning.
///
/// Cloning a key copies a pointer. Keys are compared and ordered byte by byte.
///
/// ```
/// use noex::store::Key;
///
/// let key = Key::new("orders:17")?;
/// assert_eq!(key.as_str(), "orders:17");
/// assert!(Key::new("").is_err());
/// # Ok::<(), noex::store::StoreError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<str>);

impl Key {
    /// The longest key, in bytes.
    pub const MAX_BYTES: usize = 1024;

    /// A key of this text, or [`StoreError::InvalidKey`].
    pub fn new(text: impl Into<Arc<str>>) -> Result<Self, StoreError> {
        let text = text.into();
        match flaw(&text) {
            None => Ok(Self(text)),
            Some(reason) => Err(StoreError::InvalidKey {
                key: text,
                reason: reason.into(),
            }),
        }
    }

    /// The text of the key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn flaw(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("a key is not empty");
    }
    if text.len() > Key::MAX_BYTES {
        return Some("a key has at most 1,024 bytes");
    }
    text.contains('\0')
        .then_some("a key does not contain U+0000")
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?})", &*self.0)
    }
}

impl AsRef<str> for Key {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Key {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Key {
    type Error = StoreError;

    fn try_from(text: &str) -> Result<Self, StoreError> {
        Self::new(text)
    }
}

impl TryFrom<String> for Key {
    type Error = StoreError;

    fn try_from(text: String) -> Result<Self, StoreError> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests;
