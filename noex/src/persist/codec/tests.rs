//! Fingerprints and messages, and the way there and back that the other tests take.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Codec, DecodeError, EncodeError, fingerprint};

/// Saves and loads, and checks on the way that a debug build would not complain.
pub(super) fn there_and_back<T: Serialize + DeserializeOwned + Debug + PartialEq>(state: &T) {
    for codec in Codec::KNOWN {
        there_and_back_as(*codec, state);
    }
}

pub(super) fn there_and_back_as<T>(codec: Codec, state: &T)
where
    T: Serialize + DeserializeOwned + Debug + PartialEq,
{
    let bytes = codec
        .encode("State", state)
        .expect("a state that can be saved");
    let same = codec.check_round_trip::<T>("State", &bytes);
    same.expect("the same state");
    let loaded: T = codec.decode(&bytes).expect("a state that can be loaded");
    assert_eq!(
        &loaded,
        state,
        "{codec}: {}",
        String::from_utf8_lossy(&bytes)
    );
}

/// As JSON.
pub(super) fn encode<T: Serialize + ?Sized>(kind: &str, state: &T) -> Result<Vec<u8>, EncodeError> {
    Codec::Json.encode(kind, state)
}

/// From JSON.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    Codec::Json.decode(bytes)
}

// P4: two states have the same fingerprint if their bytes are the same, and only then
#[test]
fn fingerprints_tell_states_apart() {
    let bytes = br#"{"total":41}"#.to_vec();
    assert_eq!(fingerprint(&bytes), fingerprint(&bytes.clone()));
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(fingerprint(&changed), fingerprint(&bytes));
    }
    assert_ne!(fingerprint(b""), fingerprint(b"\0"));
}

#[test]
fn messages_name_the_type_the_place_and_the_reason() {
    let nan = encode("Prices", &[1.0, f64::NAN]).expect_err("no NaN in JSON");
    assert_eq!(
        nan.to_string(),
        "`Prices` cannot be stored as JSON: it has no NaN and no infinities at `1`"
    );
    let bare = encode("Price", &f64::NAN).expect_err("no NaN in JSON");
    assert_eq!(
        bare.to_string(),
        "`Price` cannot be stored as JSON: it has no NaN and no infinities"
    );
    let mismatch = decode::<Vec<u8>>(b"[1,256]").expect_err("no byte");
    assert_eq!(
        mismatch.to_string(),
        "invalid value: integer `256`, expected u8 at `1` (byte 6)"
    );
}

#[test]
fn a_field_that_was_added_since_comes_with_a_cure() {
    let missing = |path: &str| DecodeError::Mismatch {
        path: path.to_owned(),
        at: 0,
        message: "missing field `age`".to_owned(),
    };
    assert_eq!(
        missing("").to_string(),
        "missing field `age`; write `#[persist(default)]` on it, or raise `version` and add a migration"
    );
    assert_eq!(
        missing("owner").to_string(),
        "missing field `age` at `owner`; give it a default, or raise `version` and add a migration"
    );
}
