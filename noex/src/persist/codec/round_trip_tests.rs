//! What was saved is what is loaded, to the last bit.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_with::{Same, serde_as};

use super::tests::{decode, encode, there_and_back};
use super::{Codec, DecodeError, EncodeError};

// P12: integers of 128 bits come back exactly, also as keys
#[test]
fn big_integers_come_back() {
    there_and_back(&vec![u128::MAX, 0, 1 << 64, u128::from(u64::MAX)]);
    there_and_back(&vec![i128::MIN, i128::MAX, -1]);
    there_and_back(&vec![i64::MIN, i64::MAX]);
    there_and_back(&BTreeMap::from([(i128::MIN, u128::MAX), (i128::MAX, 0)]));
}

// P12: floats come back to the bit, the least, the greatest and the awkward ones
#[test]
fn floats_come_back_to_the_bit() {
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    let mut awkward = vec![
        0.1 + 0.2,
        f64::MIN_POSITIVE,
        f64::MAX,
        5e-324,
        -0.0,
        1e23,
        9_007_199_254_740_993.0,
    ];
    for _ in 0..2_000 {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        awkward.extend(Some(f64::from_bits(bits)).filter(|float| float.is_finite()));
    }
    for float in awkward {
        let bytes = encode("Float", &float).expect("a number");
        let loaded: f64 = decode(&bytes).expect("a number");
        assert_eq!(loaded.to_bits(), float.to_bits(), "{float:e}");
    }
    there_and_back(&vec![
        f32::MIN_POSITIVE,
        f32::MAX,
        1.0e-45,
        0.1,
        16_777_217.0,
    ]);
}

// P12: maps with text, number, bool and variant keys come back as they are
#[test]
fn maps_with_plain_keys_come_back() {
    there_and_back(&HashMap::from([
        ("a".to_owned(), 1),
        (String::new(), 2),
        ("\u{1f980}\"\\\n\0".to_owned(), 3),
    ]));
    there_and_back(&HashMap::from([(u64::MAX, 1), (0, 2)]));
    there_and_back(&BTreeMap::from([(true, 1), (false, 2)]));
    there_and_back(&BTreeMap::from([('x', 1), ('"', 2)]));
    there_and_back(&BTreeMap::from([(Colour::Red, 1), (Colour::Green, 2)]));
    there_and_back(&BTreeMap::from([(Id(7), 1)]));
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
enum Colour {
    Red,
    Green,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
struct Id(u64);

#[serde_as]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    #[serde_as(as = "Vec<(_, Same)>")]
    by_point: HashMap<(i32, i32), Colour>,
    #[serde_as(as = "serde_with::DisplayFromStr")]
    big: i128,
    #[serde_as(as = "serde_with::Bytes")]
    bytes: Vec<u8>,
    tags: HashSet<String>,
    at: SystemTime,
    lasts: Duration,
    nested: Nested,
    pair: (u8, Option<String>),
    unit: (),
    list: Vec<Nested>,
    raw: Vec<u8>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Nested {
    Leaf,
    Deep(Box<Nested>),
    Wide {
        left: Box<Nested>,
        right: Option<Box<Nested>>,
    },
    Pair(i8, char),
}

fn everything() -> Everything {
    let leaf = || Box::new(Nested::Leaf);
    let wide = Nested::Wide {
        left: leaf(),
        right: Some(Box::new(Nested::Deep(leaf()))),
    };
    Everything {
        by_point: (0..50).map(|x| ((x, -x), Colour::Red)).collect(),
        big: i128::MIN,
        bytes: vec![0, 127, 255],
        tags: (0..50).map(|tag| format!("tag {tag}")).collect(),
        at: SystemTime::UNIX_EPOCH + Duration::from_nanos(1_790_000_000_123_456_789),
        lasts: Duration::from_nanos(1),
        nested: wide,
        pair: (255, None),
        unit: (),
        list: vec![Nested::Pair(-128, '\u{10ffff}'), Nested::Leaf],
        raw: vec![1, 2, 3],
    }
}

// P12: maps with struct keys by `as`, times, bytes, nested enums and options come back
#[test]
fn everything_comes_back() {
    there_and_back(&everything());
}

// P12: debug builds do not mind that maps and sets are written in another order each time
#[test]
fn the_order_of_sets_does_not_matter() {
    for _ in 0..10 {
        let bytes = encode("Everything", &everything()).expect("bytes");
        Codec::Json
            .check_round_trip::<Everything>("Everything", &bytes)
            .expect("the same state");
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Lossy {
    kept: u8,
    list: Vec<Half>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Half {
    name: String,
    #[serde(skip_deserializing)]
    seconds: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Clamped {
    #[serde(deserialize_with = "clamped")]
    percent: u8,
    other: u8,
}

fn clamped<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    Ok(u8::deserialize(deserializer)?.min(100))
}

// P12: debug builds find a value that is loaded as another one, and where it is
#[test]
fn a_changed_value_is_found_at_its_place() {
    let bytes = encode(
        "Clamped",
        &[
            Clamped {
                percent: 9,
                other: 1,
            },
            Clamped {
                percent: 101,
                other: 1,
            },
        ],
    );
    let result = Codec::Json.check_round_trip::<[Clamped; 2]>("Clamped", &bytes.expect("bytes"));
    let (kind, path) = ("Clamped".to_owned(), "1.percent".to_owned());
    assert_eq!(result, Err(EncodeError::Changed { kind, path }));
}

// P12: debug builds find a field that is saved but never loaded
#[test]
fn a_field_that_is_not_loaded_is_found() {
    let half = Half {
        name: "a".to_owned(),
        seconds: 5,
    };
    let bytes = encode(
        "Lossy",
        &Lossy {
            kept: 1,
            list: vec![half],
        },
    )
    .expect("bytes");
    let names = vec!["list.0.seconds".to_owned()];
    let expected = EncodeError::NotLoadable {
        kind: "Lossy".to_owned(),
        source: DecodeError::UnknownFields { names },
    };
    assert_eq!(
        Codec::Json.check_round_trip::<Lossy>("Lossy", &bytes),
        Err(expected)
    );
}

#[derive(Debug, Serialize, Deserialize)]
struct Twice {
    id: u8,
    #[serde(flatten)]
    more: BTreeMap<String, u8>,
}

// P12: debug builds find a state that is saved and then not loaded at all
#[test]
fn a_state_that_is_not_loaded_is_found() {
    let more = BTreeMap::from([("id".to_owned(), 2)]);
    let bytes = encode("Twice", &Twice { id: 1, more }).expect("bytes");
    let result = Codec::Json.check_round_trip::<Twice>("Twice", &bytes);
    assert!(
        matches!(result, Err(EncodeError::NotLoadable { .. })),
        "{result:?}"
    );
}

// P12: debug builds find an element that two keys written alike left only once
#[test]
fn keys_written_alike_are_found() {
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
    struct Loose(String);

    impl Serialize for Loose {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(&self.0.to_lowercase())
        }
    }

    let tags = BTreeSet::from([Loose("A".to_owned()), Loose("a".to_owned())]);
    let bytes = encode("Tags", &tags).expect("bytes");
    let result = Codec::Json.check_round_trip::<BTreeSet<Loose>>("Tags", &bytes);
    assert_eq!(
        result,
        Err(EncodeError::Changed {
            kind: "Tags".to_owned(),
            path: "1".to_owned()
        })
    );
}
