//! What the state's type could not keep is refused, and every failure has its place.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::DecodeError;
use super::tests::decode;

#[derive(Debug, PartialEq, Deserialize)]
struct Order {
    id: u32,
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    status: Option<Status>,
    #[serde(default)]
    by_name: BTreeMap<String, Item>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Item {
    sku: Sku,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Status {
    Paid { at: u64 },
    Sent(Item),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
struct Sku(String);

impl TryFrom<String> for Sku {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() {
            Err("a sku is not empty")
        } else {
            Ok(Self(text))
        }
    }
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    a: u8,
}

fn unknown<T: serde::de::DeserializeOwned + std::fmt::Debug>(bytes: &str) -> Vec<String> {
    match decode::<T>(bytes.as_bytes()) {
        Err(DecodeError::UnknownFields { names }) => names,
        other => panic!("{other:?}"),
    }
}

fn mismatch(bytes: &str) -> (String, String) {
    match decode::<Order>(bytes.as_bytes()) {
        Err(DecodeError::Mismatch { path, message, .. }) => (path, message),
        other => panic!("{other:?}"),
    }
}

// V3: fields the code does not know are refused by name, at any depth, all at once (variants are left out of the path)
#[test]
fn unknown_fields_are_refused_at_any_depth() {
    let bytes = r#"{"id":1,"tax":{"a":1},"items":[{"sku":"a"},{"sku":"b","size":null}],
        "status":{"Paid":{"at":1,"by":"me"}},"by_name":{"x":{"sku":"c","n":[]}}}"#;
    assert_eq!(
        unknown::<Order>(bytes),
        ["tax", "items.1.size", "status.by", "by_name.x.n"]
    );
    let sent = r#"{"id":1,"status":{"Sent":{"sku":"a","to":"me"}}}"#;
    assert_eq!(unknown::<Order>(sent), ["status.to"]);
}

// V3: a field that a nested type refuses by itself is an unknown field, too
#[test]
fn denied_fields_are_unknown_fields() {
    assert_eq!(unknown::<Closed>(r#"{"a":1,"b":2}"#), ["b"]);
    assert_eq!(
        unknown::<Vec<Closed>>(r#"[{"a":1},{"b":2,"a":1}]"#),
        ["1.b"]
    );
    assert_eq!(
        unknown::<BTreeMap<String, Closed>>(r#"{"x":{"a":1,"b":{}}}"#),
        ["x.b"]
    );
}

// V3: a renamed field shows as an unknown one, so that its record is left alone
#[test]
fn a_renamed_field_is_an_unknown_one() {
    assert_eq!(unknown::<Order>(r#"{"number":1}"#), ["number"]);
}

// S4: a state that does not fit its type is refused, with the place and the reason
#[test]
fn a_mismatch_names_its_place() {
    let expected = |path: &str, message: &str| (path.to_owned(), message.to_owned());
    let id = "invalid type: string \"x\", expected u32";
    assert_eq!(mismatch(r#"{"id":"x"}"#), expected("id", id));
    assert_eq!(
        mismatch("{\n  \"items\": [],\n  \"id\": \"x\"\n}"),
        expected("id", id)
    );
    let sku = "invalid type: integer `7`, expected a string";
    assert_eq!(
        mismatch(r#"{"id":1,"items":[{"sku":"a"},{"sku":7}]}"#),
        expected("items.1.sku", sku)
    );
    assert_eq!(
        mismatch(r#"{"id":1,"by_name":{"a.b":{"sku":7}}}"#),
        expected("by_name.a.b.sku", sku)
    );
    let variant = "unknown variant `Lost`, expected `Paid` or `Sent`";
    assert_eq!(
        mismatch(r#"{"id":1,"status":"Lost"}"#),
        expected("status", variant)
    );
    assert_eq!(mismatch("[]").0, "");
}

// S4: a missing field is told with the object it is missing from
#[test]
fn a_missing_field_names_its_object() {
    let missing = mismatch(r#"{"id":1,"items":[{"sku":"a"},{}]}"#);
    assert_eq!(
        missing,
        ("items.1".to_owned(), "missing field `sku`".to_owned())
    );
    assert_eq!(
        mismatch("{}"),
        (String::new(), "missing field `id`".to_owned())
    );
}

// S4: what a conversion within the state refuses is told at the value or the object around it
#[test]
fn a_refused_conversion_names_its_surroundings() {
    let (path, message) = mismatch(r#"{"id":1,"items":[{"sku":""},{"sku":"b"}]}"#);
    assert!(
        "items.0.sku".starts_with(&path) && path.starts_with("items"),
        "{path}"
    );
    assert_eq!(message, "a sku is not empty");
}

// S4: text that is cut short, goes on after its end or is no JSON is refused
#[test]
fn what_is_no_json_is_refused() {
    for bytes in [
        "",
        "{",
        r#"{"id":1"#,
        r#"{"id":1}}"#,
        r#"{"id":1} x"#,
        "id",
        r#"{"id":1,}"#,
        "\0",
    ] {
        assert!(
            matches!(
                decode::<Order>(bytes.as_bytes()),
                Err(DecodeError::Mismatch { .. })
            ),
            "{bytes}"
        );
    }
    let not_utf8 = decode::<String>(b"\"\xff\"");
    assert!(
        matches!(not_utf8, Err(DecodeError::Mismatch { at: 1.., .. })),
        "{not_utf8:?}"
    );
}

// S4: a value the state already has under that name is refused, not overwritten
#[test]
fn a_field_given_twice_is_refused() {
    assert_eq!(mismatch(r#"{"id":1,"id":2}"#).1, "duplicate field `id`");
}
