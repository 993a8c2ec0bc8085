//! Tokens, and the names of sessions, which follow from them.
//!
//! A session is found by its token and stored under the token's SHA-256. So neither the token nor anything it could be
//! computed from is in a store, a file's name or a log: who reads those can name every session and open none. There is
//! nothing to compare either, and so no comparison to time: another token is the token of another session. A digest
//! without salt or stretching is enough because a token is 256 random bits, unlike a password, which people choose.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// What its bearer may use a session with, or the services behind it. Only [`Token::reveal`] shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

/// The public name of the session that a token opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionId(String);

/// A text that is no token; the text is not repeated, because it may be one that was mistyped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token is {} hexadecimal digits", 2 * size_of::<Token>())]
pub struct NotAToken;

impl Token {
    /// A new one, which nobody can guess.
    ///
    /// # Errors
    ///
    /// The operating system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits)?;
        Ok(Self(bits))
    }

    /// The session that it opens.
    #[must_use]
    pub fn session(&self) -> SessionId {
        SessionId(hexadecimal(&Sha256::digest(self.0)))
    }

    /// The token as text, for its bearer alone.
    #[must_use]
    pub fn reveal(&self) -> String {
        hexadecimal(&self.0)
    }
}

impl FromStr for Token {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        let mut bits = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != bits.len() || !rest.is_empty() {
            return Err(NotAToken);
        }
        for (byte, [high, low]) in bits.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(bits))
    }
}

fn digit(digit: u8) -> Result<u8, NotAToken> {
    let value = char::from(digit).to_digit(16).ok_or(NotAToken)?;
    u8::try_from(value).map_err(|_| NotAToken)
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// It goes into no log.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

    #[test]
    fn a_token_is_read_as_it_was_told() {
        let token = Token::random().expect("there is randomness");

        assert_eq!(token.reveal().parse(), Ok(token.clone()));
        assert_eq!(token.reveal().to_uppercase().parse(), Ok(token));
    }

    #[test]
    fn two_tokens_differ_and_so_do_their_sessions() {
        let [one, other] = [(), ()].map(|()| Token::random().expect("there is randomness"));

        assert_ne!(one, other);
        assert_ne!(one.session(), other.session());
    }

    #[test]
    fn a_session_is_named_by_the_digest_of_its_token() {
        let token: Token = ZEROS.parse().expect("a token");

        assert_eq!(
            token.session().to_string(),
            "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
        );
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in [
            "",
            "00",
            &ZEROS[1..],
            &ZEROS.replace('0', "g"),
            &format!("{ZEROS}0"),
        ] {
            assert_eq!(text.parse::<Token>(), Err(NotAToken), "{text}");
        }
        assert_eq!(NotAToken.to_string(), "a token is 64 hexadecimal digits");
    }

    #[test]
    fn a_token_is_not_seen_in_a_log() {
        let token = Token::random().expect("there is randomness");

        assert_eq!(format!("{token:?}"), "Token(..)");
    }
}
