//! A text that is put together while compiling, where nothing can be allocated.

/// As much of a text as fits.
#[derive(Clone, Copy)]
pub(super) struct Message {
    bytes: [u8; ROOM],
    length: usize,
}

/// Enough for everything but the longest kinds, which are left out.
const ROOM: usize = 2048;

impl Message {
    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; ROOM],
            length: 0,
        }
    }

    /// Adds a text, or nothing where it does not fit.
    pub(super) const fn text(mut self, text: &str) -> Self {
        let Some((_, room)) = self.bytes.split_at_mut_checked(self.length) else {
            return self;
        };
        let Some((place, _)) = room.split_at_mut_checked(text.len()) else {
            return self;
        };
        place.copy_from_slice(text.as_bytes());
        self.length += text.len();
        self
    }

    /// Adds `0x` and sixteen digits.
    pub(super) const fn hexadecimal(mut self, number: u64) -> Self {
        self = self.text("0x");
        let bytes = number.to_be_bytes();
        let mut bytes = bytes.as_slice();
        while let [first, rest @ ..] = bytes {
            self = self.digit(*first >> 4).digit(*first & 0xf);
            bytes = rest;
        }
        self
    }

    /// Adds a number as it is usually written.
    pub(super) const fn number(self, number: u32) -> Self {
        let before = match number / 10 {
            0 => self,
            rest => self.number(rest),
        };
        before.digit((number % 10) as u8)
    }

    const fn digit(self, digit: u8) -> Self {
        let (_, from) = DIGITS.split_at(digit as usize);
        let (digit, _) = from.split_at(1);
        self.text(digit)
    }

    pub(super) const fn as_str(&self) -> &str {
        let Some((written, _)) = self.bytes.split_at_checked(self.length) else {
            return "";
        };
        match std::str::from_utf8(written) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

const DIGITS: &str = "0123456789abcdef";
