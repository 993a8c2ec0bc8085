//! The name of a key's file, one for each key, whatever the file system makes of letters and dots.
//!
//! Names are of lower-case letters, digits, `_`, `-` and dots in the middle; every other byte is written `%3a`. So they
//! differ also where case does not count, and mean nothing where `con` or a dot at the end does. A name that would be
//! too long ends in `~` and a hash instead, which no other name contains.

use xxhash_rust::xxh3::xxh3_128;

use crate::store::Key;

/// The longest name that file systems take.
const MAX_NAME: usize = 255;

/// A `~` and the digits of a hash.
const MARK: usize = 33;

/// How the names of files that hold no record begin; no key is written so.
const TEMPORARY: &str = ".noex-";
const TEMPORARY_END: &str = ".tmp";

/// How the files of one store are named.
#[derive(Clone, Debug)]
pub(super) struct Names {
    extension: String,
}

/// What a file is, going by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// The record of this key.
    Record(Key),
    /// A record whose key is too long for a name.
    Shortened,
    /// What an interrupted write left behind.
    Leftover,
    /// None of the store's.
    Foreign,
}

impl Names {
    /// Names that end in a dot and this; none if it could be taken for something else.
    pub(super) fn new(extension: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let fits = (1..=16).contains(&extension.len()) && extension.bytes().all(plain);
        fits.then(|| Self {
            extension: extension.to_owned(),
        })
    }

    pub(super) fn extension(&self) -> &str {
        &self.extension
    }

    /// The name of a key's file.
    pub(super) fn of(&self, key: &Key) -> String {
        let mut name = escaped(key.as_str());
        let most = MAX_NAME - 1 - self.extension.len();
        if name.len() > most {
            name = shortened(&name, most - MARK, key);
        }
        name.push('.');
        name.push_str(&self.extension);
        name
    }

    /// Whether a key's file does not tell the whole key by its name.
    pub(super) fn shortens(name: &str) -> bool {
        name.contains('~')
    }

    /// What the file of this name is.
    pub(super) fn read(&self, name: &str) -> Named {
        if name.starts_with(TEMPORARY) && name.ends_with(TEMPORARY_END) {
            return Named::Leftover;
        }
        let stem = name.strip_suffix(&self.extension);
        let Some(stem) = stem.and_then(|stem| stem.strip_suffix('.')) else {
            return Named::Foreign;
        };
        if Self::shortens(stem) {
            return Named::Shortened;
        }
        let key = unescaped(stem).and_then(|text| Key::new(text).ok());
        key.filter(|key| self.of(key) == name)
            .map_or(Named::Foreign, Named::Record)
    }
}

/// The name of a file that is being written.
pub(super) fn temporary(number: u64) -> String {
    format!("{TEMPORARY}{number}{TEMPORARY_END}")
}

fn escaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let last = bytes.len().saturating_sub(1);
    let mut name = String::with_capacity(bytes.len() + 16);
    for (place, byte) in bytes.iter().copied().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' => name.push(char::from(byte)),
            // At the beginning a dot hides a file, and a dash makes it an option.
            b'-' if place > 0 => name.push('-'),
            b'.' if place > 0 && place < last => name.push('.'),
            _ => escape(&mut name, byte),
        }
    }
    if is_device(&name) {
        escape_first(&mut name);
    }
    name
}

fn escape(name: &mut String, byte: u8) {
    name.push('%');
    for digit in [byte >> 4, byte & 0xf] {
        name.push(char::from_digit(digit.into(), 16).unwrap_or_default());
    }
}

fn escape_first(name: &mut String) {
    let rest = name.split_off(1);
    let first = std::mem::take(name);
    first.bytes().for_each(|byte| escape(name, byte));
    name.push_str(&rest);
}

/// What Windows takes for a device, whatever follows its first dot.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let numbered = |prefix| {
        let number = stem.strip_prefix(prefix).unwrap_or_default();
        number.len() == 1 && number.bytes().all(|digit| digit.is_ascii_digit())
    };
    matches!(stem, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

/// As much as a person may know the key by, and a hash of all of it.
fn shortened(name: &str, most: usize, key: &Key) -> String {
    // An escape is not cut in two.
    let escapes = |at: &usize| name.get(*at..=*at) == Some("%");
    let end = [most - 1, most - 2].into_iter().find(escapes);
    let begins = name.get(..end.unwrap_or(most)).unwrap_or_default();
    let hash = xxh3_128(key.as_str().as_bytes());
    format!("{begins}~{hash:032x}")
}

fn unescaped(stem: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(stem.len());
    let mut rest = stem.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            hex(rest.next()?)? << 4 | hex(rest.next()?)?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests;
