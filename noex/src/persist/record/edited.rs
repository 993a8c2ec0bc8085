//! A record that a person has edited: its checksum does not count, its order and its spaces do not matter. One that
//! nobody has edited is taken as well, in whichever codec its state is.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::header::Header;
use super::{CHECKSUM, RecordError, Unsealed, split_at_state, unseal_any};
use crate::persist::codec::Codec;

#[derive(Deserialize)]
struct WithState<'a> {
    #[serde(borrow)]
    state: &'a RawValue,
}

/// Reads a record without asking whether anything was changed.
pub(crate) fn read_edited(record: &Bytes) -> Result<Unsealed, RecordError> {
    if let Ok(unsealed) = unseal_any(record) {
        return Ok(unsealed);
    }
    let meta = Header::read(record)?.into_meta()?;
    if meta.codec != Codec::Json {
        return Err(RecordError::damaged(
            "a state in JSON needs `\"codec\":\"json\"`",
        ));
    }
    let read = serde_json::from_slice::<WithState<'_>>(record);
    let WithState { state } = read.map_err(|error| RecordError::damaged(error.to_string()))?;
    Ok(Unsealed {
        meta,
        state: record.slice_ref(state.get().as_bytes()),
    })
}

/// The state in a record that may be damaged, and its codec, as far as they can still be told.
pub(crate) fn state_in(record: &[u8]) -> Option<(Codec, &[u8])> {
    let (header, state) = split_at_state(record)?;
    let meta = Header::read_open(header).and_then(Header::into_meta);
    let codec = meta.map_or(Codec::Json, |meta| meta.codec);
    let end = state
        .windows(CHECKSUM.len())
        .rposition(|window| window == CHECKSUM)?;
    Some((codec, state.get(..end)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"state": {"total": 3}, "format":1,"key":"a","kind":"Counter","version":2,
        "epoch":1,"number":4,"node":"0a","server":{"id":"7"},"codec":"json",
        "created_at":1000,"saved_at":2000,"active_at":2000,"checksum":"of another text"}"#;

    #[test]
    fn order_spaces_and_checksum_do_not_matter() {
        let read = read_edited(&Bytes::from_static(RECORD.as_bytes())).expect("it can be read");
        assert_eq!(&*read.state, br#"{"total": 3}"#);
        assert_eq!((read.meta.key.as_str(), read.meta.version), ("a", 2));
    }

    #[test]
    fn what_is_no_record_or_has_no_state_is_refused() {
        for (text, word) in [
            ("", "EOF"),
            ("{}", "missing field"),
            ("[1]", "invalid"),
            (&RECORD.replace("\"state\"", "\"states\""), "`state`"),
        ] {
            let error = read_edited(&Bytes::from(text.to_owned())).expect_err(text);
            assert!(error.to_string().contains(word), "{error}");
        }
        let newer = RECORD.replace("\"format\":1", "\"format\":2");
        let error = read_edited(&Bytes::from(newer)).expect_err("it is newer");
        assert!(matches!(error, RecordError::NewerFormat { found: 2, .. }));
    }

    #[test]
    fn the_state_of_a_damaged_record_is_what_lies_between() {
        let record = br#"{"for"at":1,"state":{"total":3},"checksum":"0123"#;
        assert_eq!(
            state_in(record),
            Some((Codec::Json, &br#"{"total":3}"#[..]))
        );
        assert_eq!(state_in(br#"{"format":1,"state":{"total":3}"#), None);
        assert_eq!(state_in(b"rubbish"), None);
    }
}
