//! What JSON cannot hold is refused where it stands.

use std::collections::{BTreeMap, HashMap};

use serde::{Serialize, Serializer};

use super::tests::{encode, there_and_back};
use super::{EncodeError, Unstorable};

#[derive(Serialize)]
struct Order<P> {
    id: u32,
    items: Vec<Item<P>>,
}

#[derive(Serialize)]
struct Item<P> {
    sku: &'static str,
    price: P,
}

/// The refusal of an order whose item 3 has this price.
fn refused<P: Serialize + Clone>(good: &P, bad: P) -> (String, Unstorable) {
    let item = |price| Item {
        sku: "\"{[,",
        price,
    };
    let items = vec![
        item(good.clone()),
        item(good.clone()),
        item(good.clone()),
        item(bad),
        item(good.clone()),
    ];
    match encode("Order", &Order { id: 1, items }) {
        Err(EncodeError::Unstorable {
            kind, path, reason, ..
        }) if kind == "Order" => (path, reason),
        other => panic!("{other:?}"),
    }
}

// P12: a NaN and an infinity fail at save, with the type and the path of the field
#[test]
fn numbers_that_are_none_are_refused() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(
            refused(&1.5, bad),
            ("items.3.price".to_owned(), Unstorable::NotFinite)
        );
        assert_eq!(refused(&Some(1.5), Some(bad)).1, Unstorable::NotFinite);
    }
    assert_eq!(refused(&1.5_f32, f32::NAN).1, Unstorable::NotFinite);
}

// P12: an option within an option fails at save where it would be read as the outer `None`
#[test]
fn nested_options_are_refused() {
    let price = ("items.3.price".to_owned(), Unstorable::NestedOption);
    assert_eq!(refused(&Some(Some(1)), Some(None)), price);
    assert_eq!(refused(&Some(Some(Some(1))), Some(Some(None))), price);
    assert_eq!(refused(&None, Some(())), price);
    assert_eq!(refused(&None, Some(Unit)), price);
    assert_eq!(refused(&None, Some(Newtype(None))), price);
    assert_eq!(refused(&None, Some(Box::new(None::<u8>))), price);
    assert_eq!(refused(&None, Some(serde_json::Value::Null)), price);
}

// P12: options that are read as they were are not refused
#[test]
fn options_that_come_back_are_stored() {
    there_and_back(&(
        Some(1),
        None::<u8>,
        (),
        Some(vec![None, Some(2)]),
        Some(Some(3)),
    ));
    there_and_back(&Some(BTreeMap::from([("a".to_owned(), None::<u8>)])));
    there_and_back(&vec![
        Some(Variant::Unit),
        Some(Variant::Option(None)),
        None,
    ]);
}

#[derive(Clone, Serialize)]
struct Unit;

#[derive(Clone, Serialize)]
struct Newtype(Option<u8>);

#[derive(Debug, PartialEq, Serialize, serde::Deserialize)]
enum Variant {
    Unit,
    Option(Option<u8>),
}

// P12: a map whose keys are structs, tuples, lists or nothing fails at save, at the map's path
#[test]
fn keys_that_are_no_text_are_refused() {
    let map = ("items.3.price".to_owned(), Unstorable::MapKey);
    assert_eq!(refused(&HashMap::new(), HashMap::from([((1, 2), 3)])), map);
    assert_eq!(
        refused(&BTreeMap::new(), BTreeMap::from([(vec![1], 3)])),
        map
    );
    assert_eq!(refused(&BTreeMap::new(), BTreeMap::from([((), 3)])), map);
    assert_eq!(
        refused(&BTreeMap::new(), BTreeMap::from([(None::<u8>, 3)])),
        map
    );
    assert_eq!(
        refused(&HashMap::new(), HashMap::from([(Point { x: 1 }, 3)])),
        map
    );
}

#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
struct Point {
    x: u8,
}

// P12: the path leads through maps, variants, tuples and quoted names
#[test]
fn the_path_leads_to_the_value() {
    let named = BTreeMap::from([
        ("a", vec![(1, Shape::Circle { radius: 1.0 })]),
        (
            "b \"{",
            vec![
                (2, Shape::Square(1.0)),
                (3, Shape::Circle { radius: f64::NAN }),
            ],
        ),
    ]);
    assert_eq!(path_of(&named), "b \"{.1.1.Circle.radius");
    assert_eq!(path_of(&[Shape::Square(f64::NAN)]), "0.Square");
    assert_eq!(path_of(&Shape::Line(1.0, f64::NAN)), "Line.1");
    assert_eq!(path_of(&(1, "[", [0.0, f64::NAN])), "2.1");
    assert_eq!(path_of(&f64::NAN), "");
}

#[derive(Serialize)]
enum Shape {
    Circle { radius: f64 },
    Square(f64),
    Line(f64, f64),
}

fn path_of<T: Serialize + ?Sized>(state: &T) -> String {
    match encode("State", state) {
        Err(EncodeError::Unstorable { path, .. }) => path,
        other => panic!("{other:?}"),
    }
}

// P12: what nests deeper than it could be read is refused, one level less is stored
#[test]
fn what_nests_too_deep_is_refused() {
    there_and_back(&Nested::of_depth(127));
    there_and_back(&Linked::of_length(63));
    for state in [
        encode("Tree", &Nested::of_depth(128)),
        encode("Tree", &Linked::of_length(64)),
    ] {
        let refused = matches!(
            state,
            Err(EncodeError::Unstorable {
                reason: Unstorable::TooDeep,
                ..
            })
        );
        assert!(refused, "{state:?}");
    }
    there_and_back(&vec![Nested::of_depth(126), Nested::of_depth(126)]);
}

#[derive(Debug, PartialEq, Serialize, serde::Deserialize)]
struct Nested(Vec<Nested>);

impl Nested {
    fn of_depth(depth: usize) -> Self {
        (1..depth).fold(Self(vec![]), |inner, _| Self(vec![inner]))
    }
}

/// Two levels a link, as `{"Link":{"next":..}}`.
#[derive(Debug, PartialEq, Serialize, serde::Deserialize)]
enum Linked {
    End,
    Link { next: Box<Linked> },
}

impl Linked {
    fn of_length(length: usize) -> Self {
        (0..length).fold(Self::End, |next, _| Self::Link {
            next: Box::new(next),
        })
    }
}

// P12: a failure of the state's own `Serialize` is told with its message and its place
#[test]
fn the_states_own_failure_is_told() {
    let result = encode(
        "Order",
        &Item {
            sku: "a",
            price: Broken,
        },
    );
    let (kind, path, message) = (
        "Order".to_owned(),
        "price".to_owned(),
        "the valve is stuck".to_owned(),
    );
    assert_eq!(
        result,
        Err(EncodeError::Failed {
            kind,
            path,
            message
        })
    );
}

struct Broken;

impl Serialize for Broken {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("the valve is stuck"))
    }
}
