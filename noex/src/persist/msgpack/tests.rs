//! What MessagePack holds and JSON does not, what neither holds, and bytes that are no state.

use std::collections::{BTreeMap, HashMap};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};

use crate::persist::codec::value::Value;
use crate::persist::codec::{Codec, DecodeError, EncodeError};
use crate::persist::strict::Unstorable;

const CODEC: Codec = Codec::MessagePack;

fn bytes_of<T: Serialize + ?Sized>(state: &T) -> Vec<u8> {
    CODEC
        .encode("State", state)
        .expect("a state that can be saved")
}

fn refused<T: Serialize + ?Sized>(state: &T) -> (String, Unstorable) {
    match CODEC.encode("State", state) {
        Err(EncodeError::Unstorable {
            codec: CODEC,
            kind,
            path,
            reason,
        }) if kind == "State" => (path, reason),
        other => panic!("{other:?}"),
    }
}

fn there_and_back<T: Serialize + DeserializeOwned + std::fmt::Debug + PartialEq>(state: &T) {
    let bytes = bytes_of(state);
    let same = CODEC.check_round_trip::<T>("State", &bytes);
    same.expect("the same state");
    assert_eq!(CODEC.decode::<T>(&bytes).as_ref(), Ok(state), "{bytes:?}");
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    id: u32,
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    status: Option<Status>,
    #[serde(default)]
    by_name: BTreeMap<String, Item>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Item {
    sku: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Status {
    Paid { at: u64 },
    Sent(Item),
}

fn item(sku: &str) -> Item {
    Item {
        sku: sku.to_owned(),
    }
}

fn order() -> Order {
    Order {
        id: 70_000,
        items: vec![item("a"), item("b")],
        status: Some(Status::Paid { at: 12 }),
        by_name: BTreeMap::from([("x".to_owned(), item("c"))]),
    }
}

/// The bytes of a state as other code would have written it.
fn written(json: &str) -> Vec<u8> {
    bytes_of(&serde_json::from_str::<serde_json::Value>(json).expect("JSON"))
}

fn mismatch(json: &str) -> (String, String) {
    match CODEC.decode::<Order>(&written(json)) {
        Err(DecodeError::Mismatch { path, message, .. }) => (path, message),
        other => panic!("{other:?}"),
    }
}

fn unknown<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> Vec<String> {
    match CODEC.decode::<T>(&written(json)) {
        Err(DecodeError::UnknownFields { names }) => names,
        other => panic!("{other:?}"),
    }
}

// P12: a NaN and the infinities come back to the bit
#[test]
fn numbers_that_are_none_come_back() {
    for float in [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0] {
        let bytes = bytes_of(&vec![float]);
        let same = CODEC.check_round_trip::<Vec<f64>>("State", &bytes);
        same.expect("the same state");
        let loaded: Vec<f64> = CODEC.decode(&bytes).expect("a state that can be loaded");
        assert_eq!(loaded[0].to_bits(), float.to_bits());
    }
    let loaded: f32 = CODEC.decode(&bytes_of(&f32::NAN)).expect("a number");
    assert!(loaded.is_nan());
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
struct Point {
    x: u8,
    y: Option<i64>,
}

// P12: maps whose keys are structs, tuples, lists, numbers or nothing come back as they are
#[test]
fn maps_with_any_keys_come_back() {
    there_and_back(&HashMap::from([
        (Point { x: 1, y: None }, 1),
        (Point { x: 2, y: Some(-3) }, 2),
    ]));
    there_and_back(&BTreeMap::from([((1, 'a'), vec![2]), ((2, 'b'), vec![])]));
    there_and_back(&BTreeMap::from([(vec![1], BTreeMap::from([((), 1)]))]));
    there_and_back(&BTreeMap::from([(None, 3), (Some(1), 4)]));
    there_and_back(&BTreeMap::from([(u128::MAX, 3), (7, 4)]));
    there_and_back(&BTreeMap::from([(i128::MIN, 3), (-7, 4)]));
}

// P12: an option within an option fails at save where it would be read as the outer `None`, in keys as well
#[test]
fn nested_options_are_refused() {
    let nested = |path: &str| (path.to_owned(), Unstorable::NestedOption);
    assert_eq!(refused(&Some(None::<u8>)), nested(""));
    assert_eq!(refused(&(1, [Some(Some(())), None])), nested("1.0"));
    let by_name = BTreeMap::from([("a", Some(Some(1))), ("b", Some(None))]);
    assert_eq!(refused(&[by_name]), nested("0.b"));
    let (_, reason) = refused(&BTreeMap::from([(Some(None::<u8>), 1)]));
    assert_eq!(reason, Unstorable::NestedOption);
    there_and_back(&(Some(Some(3)), None::<u8>, Some(vec![None, Some(2)])));
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Nested {
    Leaf,
    Deep(Box<Nested>),
    List(Vec<Nested>),
}

fn nested(depth: usize, wrap: impl Fn(Nested) -> Nested) -> Nested {
    (0..depth).fold(Nested::Leaf, |inner, _| wrap(inner))
}

// P12: what nests deeper than it could be read is refused, one level less is stored, as in JSON
#[test]
fn what_nests_too_deep_is_refused() {
    there_and_back(&nested(127, |inner| Nested::Deep(Box::new(inner))));
    there_and_back(&nested(63, |inner| Nested::List(vec![inner])));
    for state in [
        nested(128, |inner| Nested::Deep(Box::new(inner))),
        nested(64, |inner| Nested::List(vec![inner])),
    ] {
        assert_eq!(refused(&state).1, Unstorable::TooDeep);
    }
}

/// Promises three values and gives two.
struct Short;

impl Serialize for Short {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq as _;
        let mut seq = serializer.serialize_seq(Some(3))?;
        seq.serialize_element(&1)?;
        seq.serialize_element(&2)?;
        seq.end()
    }
}

// P12: a list of another length than its type promised fails at save, for it could not be read
#[test]
fn a_wrong_length_is_refused() {
    let expected = ("1.1".to_owned(), Unstorable::Miscounted);
    assert_eq!(refused(&[("b", None), ("a", Some(Short))]), expected);
    assert!(Codec::Json.encode("State", &Short).is_ok());
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    Address(std::net::IpAddr),
    Unit(Unit),
    Number(u64),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    id: u8,
    #[serde(flatten)]
    more: BTreeMap<String, Option<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<u8>,
}

// P12: untagged enums, flattened fields, fields left out, unit structs and bytes come back
#[test]
fn what_serde_buffers_comes_back() {
    let address = std::net::IpAddr::from([10, 0, 0, 1]);
    there_and_back(&vec![
        Either::Address(address),
        Either::Unit(Unit),
        Either::Number(7),
    ]);
    there_and_back(&Flat {
        id: 1,
        more: BTreeMap::from([("a".to_owned(), Some(1.5)), ("b".to_owned(), None)]),
        left_out: None,
    });
    there_and_back(&bytes::Bytes::from_static(b"\0\xff").to_vec());
}

// P12: the type, the codec, the place and the reason are in the message
#[test]
fn messages_name_the_codec() {
    let error = CODEC
        .encode("Prices", &[Some(Some(1)), Some(None)])
        .expect_err("no nested options");
    assert_eq!(
        error.to_string(),
        "`Prices` cannot be stored as MessagePack: it cannot tell `Some` of an empty value from `None` at `1`"
    );
}

struct Broken;

impl Serialize for Broken {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("the valve is stuck"))
    }
}

// P12: a failure of the state's own `Serialize` is told with its message and its place
#[test]
fn the_states_own_failure_is_told() {
    let result = CODEC.encode("State", &(1, [None, Some(Broken)]));
    let (kind, path, message) = ("State".into(), "1.1".into(), "the valve is stuck".into());
    assert_eq!(
        result,
        Err(EncodeError::Failed {
            kind,
            path,
            message
        })
    );
}

#[derive(Debug, Serialize, Deserialize)]
struct Clamped {
    #[serde(deserialize_with = "clamped")]
    percent: u8,
}

fn clamped<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    Ok(u8::deserialize(deserializer)?.min(100))
}

// P12: debug builds find a value that is loaded as another one, and where it is
#[test]
fn a_changed_value_is_found_at_its_place() {
    let bytes = bytes_of(&[Clamped { percent: 9 }, Clamped { percent: 101 }]);
    let result = CODEC.check_round_trip::<[Clamped; 2]>("Clamped", &bytes);
    let (kind, path) = ("Clamped".to_owned(), "1.percent".to_owned());
    assert_eq!(result, Err(EncodeError::Changed { kind, path }));
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    #[serde(rename = "a")]
    _a: u8,
}

// V3: fields the code does not know are refused by name, at any depth, all at once
#[test]
fn unknown_fields_are_refused_at_any_depth() {
    let json = r#"{"id":1,"tax":{"a":1},"items":[{"sku":"a"},{"sku":"b","size":null}],
        "status":{"Paid":{"at":1,"by":"me"}},"by_name":{"x":{"sku":"c","n":[]}}}"#;
    let mut names = unknown::<Order>(json);
    names.sort();
    assert_eq!(names, ["by_name.x.n", "items.1.size", "status.by", "tax"]);
    assert_eq!(unknown::<Order>(r#"{"number":1}"#), ["number"]);
    assert_eq!(
        unknown::<Vec<Closed>>(r#"[{"a":1},{"b":2,"a":1}]"#),
        ["1.b"]
    );
}

// S4: a state that does not fit its type is refused, with the place and the reason
#[test]
fn a_mismatch_names_its_place() {
    for (json, path, message) in [
        (
            r#"{"id":"x"}"#,
            "id",
            "invalid type: string \"x\", expected u32",
        ),
        (
            r#"{"id":1,"items":[{"sku":"a"},{"sku":7}]}"#,
            "items.1.sku",
            "invalid type: integer `7`, expected a string",
        ),
        (
            r#"{"id":1,"status":"Lost"}"#,
            "status",
            "unknown variant `Lost`, expected `Paid` or `Sent`",
        ),
        (
            r#"{"id":1,"items":[{"sku":"a"},{}]}"#,
            "items.1",
            "missing field `sku`",
        ),
        (r#"{"items":[{"sku":"a"}]}"#, "", "missing field `id`"),
    ] {
        assert_eq!(mismatch(json), (path.to_owned(), message.to_owned()));
    }
}

// S4: bytes that are cut short, go on after their end or begin no value are refused where that shows
#[test]
fn what_is_no_value_is_refused() {
    let whole = bytes_of(&order());
    for end in 0..whole.len() {
        assert!(CODEC.decode::<Order>(&whole[..end]).is_err(), "{end}");
    }
    let at = |bytes: &[u8]| match CODEC.decode::<Order>(bytes) {
        Err(DecodeError::Mismatch { at, message, .. }) => (at, message),
        other => panic!("{other:?}"),
    };
    let longer = [&whole[..], b"\xc0"].concat();
    assert_eq!(
        at(&longer),
        (whole.len(), "it goes on after its end".into())
    );
    assert_eq!(at(b""), (0, "it ends too early".into()));
    assert_eq!(at(b"\x92\x01\xc1").1, "a byte that begins no value");
    assert_eq!(at(b"\xdf\xff\xff\xff\xff").1, "it ends too early");
}

// S4: bytes that nest deeper than what is written are refused before the stack is full
#[test]
fn what_nests_without_end_is_refused() {
    let lists = CODEC.decode::<Value>(&vec![0x91; 1_000_000]);
    let variants = CODEC.decode::<Nested>(&b"\x81\xa4Deep".repeat(100_000));
    let expected = "it nests more than 127 deep";
    for error in [lists.map(drop), variants.map(drop)] {
        assert!(
            error
                .expect_err("it is too deep")
                .to_string()
                .starts_with(expected)
        );
    }
    let ignored = [b"\x82\xa2id\x01\xa4deep".to_vec(), vec![0x91; 1_000_000]].concat();
    assert!(CODEC.decode::<Order>(&ignored).is_err());
}

// S4: no bytes are a panic, whatever type they are read as
#[test]
fn flipped_and_foreign_bytes_are_no_panic() {
    let whole = bytes_of(&(
        order(),
        nested(9, |inner| Nested::List(vec![inner])),
        u128::MAX,
    ));
    let read = |bytes: &[u8]| {
        let _ = CODEC.decode::<(Order, Nested, u128)>(bytes);
        let _ = CODEC.decode::<Value>(bytes);
        let _ = CODEC.decode::<BTreeMap<Option<Vec<u8>>, f64>>(bytes);
        let _ = CODEC.as_json(bytes);
    };
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        read(&bytes);
    }
    let mut noise = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..20_000 {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        read(&noise.to_le_bytes());
    }
}

// S4: whatever is written is one whole value, and no beginning of it is
#[test]
fn what_is_written_is_one_whole_value() {
    let long = (
        vec![0.5_f32; 70_000],
        "x".repeat(300),
        vec![-1_i64 << 40; 17],
    );
    let many: BTreeMap<i32, Option<bool>> = (-40_000..40_000).map(|n| (n, None)).collect();
    for bytes in [bytes_of(&order()), bytes_of(&long), bytes_of(&many)] {
        assert!(CODEC.decode::<Value>(&bytes).is_ok());
        assert!(CODEC.decode::<Value>(&bytes[..bytes.len() - 1]).is_err());
    }
}

// S4: a number is never taken for another one, whatever type it was written from
#[test]
fn a_negative_number_is_no_large_one() {
    for bytes in [bytes_of(&-1_i128), bytes_of(&i128::MIN), bytes_of(&-1_i8)] {
        assert!(CODEC.decode::<u128>(&bytes).is_err(), "{bytes:?}");
    }
    assert!(CODEC.decode::<i128>(&bytes_of(&u128::MAX)).is_err());
    assert!(CODEC.decode::<u64>(&bytes_of(&(1_u128 << 64))).is_err());
    assert!(CODEC.decode::<u128>(&bytes_of("7")).is_err());
    assert_eq!(CODEC.decode::<u128>(&bytes_of(&7_u8)), Ok(7));
}

// A7: a state is shown as the JSON that it would be, if it could be that
#[test]
fn a_state_is_shown_as_json() {
    let shown = CODEC.as_json(&bytes_of(&order()));
    let json = serde_json::to_string(&order()).expect("JSON");
    assert_eq!(shown, Some(json));
    let numbers = CODEC.as_json(&bytes_of(&BTreeMap::from([(7, 0.1_f32)])));
    assert_eq!(numbers.as_deref(), Some(r#"{"7":0.1}"#));
    assert_eq!(CODEC.as_json(&bytes_of(&f64::NAN)), None);
    assert_eq!(
        CODEC.as_json(&bytes_of(&BTreeMap::from([((1, 2), 3)]))),
        None
    );
    assert_eq!(CODEC.as_json(b"\xc1"), None);
}
