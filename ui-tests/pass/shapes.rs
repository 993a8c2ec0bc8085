// V4: the shapes that the derive writes
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::marker::PhantomData;
use std::time::SystemTime;

use noex::prelude::*;
use noex::shape::{Field, Node, Tagging, Variant};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Shape)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Address {
    zip_code: String,
    #[serde(rename = "town")]
    city: String,
    #[serde(skip)]
    cached: Option<std::rc::Rc<u8>>,
}

impl Default for Address {
    fn default() -> Self {
        Self {
            zip_code: String::new(),
            city: String::new(),
            cached: None,
        }
    }
}

const STRING: Node = Node::Leaf("string");

fn structs() {
    const FIELDS: &[Field] = &[
        Field::new("town", STRING).with_default(),
        Field::new("zipCode", STRING).with_default(),
    ];
    assert_eq!(Address::SHAPE, Node::Struct(FIELDS));
}

#[derive(Serialize, Deserialize, Shape)]
struct Sku(u32);

#[derive(Serialize, Deserialize, Shape)]
struct Pair(u8, #[serde(with = "words")] u8);

#[derive(Serialize, Deserialize, Shape)]
struct Nothing;

mod words {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(_: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("a word")
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        String::deserialize(deserializer).map(|_| 1)
    }
}

fn tuples() {
    assert_eq!(Sku::SHAPE, u32::SHAPE);
    const PARTS: &[Node] = &[u8::SHAPE, Node::With("with words", &Node::Written("u8"))];
    assert_eq!(Pair::SHAPE, Node::Tuple(PARTS));
    assert_eq!(Nothing::SHAPE, <()>::SHAPE);
}

#[derive(Serialize, Deserialize, Shape)]
#[serde(
    tag = "type",
    content = "of",
    rename_all = "snake_case",
    rename_all_fields = "UPPERCASE"
)]
enum Event {
    WasOpened,
    WasPaid {
        by: String,
    },
    #[serde(rename = "gone")]
    WasClosed(u8, u8),
    #[serde(skip)]
    #[allow(dead_code)]
    Hidden,
}

#[derive(Serialize, Deserialize, Shape)]
#[serde(tag = "kind")]
struct Tagged {
    #[serde(flatten)]
    address: Address,
    a: u8,
}

#[derive(Serialize, Deserialize, Shape)]
#[serde(untagged)]
enum Either {
    Left(u8),
    Right(String),
}

fn enums() {
    const VARIANTS: &[Variant] = &[
        Variant::unit("was_opened"),
        Variant::of("was_paid", Node::Struct(&[Field::new("BY", STRING)])),
        Variant::of("gone", Node::Tuple(&[u8::SHAPE, u8::SHAPE])),
    ];
    assert_eq!(
        Event::SHAPE,
        Node::Enum(Tagging::Adjacent("type", "of"), VARIANTS)
    );
    const FIELDS: &[Field] = &[Field::flattened(Address::SHAPE), Field::new("a", u8::SHAPE)];
    const TAGGED: &[Variant] = &[Variant::of("Tagged", Node::Struct(FIELDS))];
    assert_eq!(Tagged::SHAPE, Node::Enum(Tagging::Internal("kind"), TAGGED));
    const EITHER: &[Variant] = &[Variant::of("Left", u8::SHAPE), Variant::of("Right", STRING)];
    assert_eq!(Either::SHAPE, Node::Enum(Tagging::Untagged, EITHER));
}

#[derive(Serialize, Deserialize, Shape)]
#[serde(transparent)]
struct Wrapper<T> {
    inner: Vec<T>,
    #[serde(skip)]
    marker: PhantomData<fn() -> T>,
}

#[derive(Serialize, Deserialize, Shape, Clone)]
#[serde(into = "String", from = "String")]
struct Code(u8);

impl From<String> for Code {
    fn from(text: String) -> Self {
        Self(text.len() as u8)
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        "c".repeat(code.0.into())
    }
}

#[derive(Shape)]
#[allow(dead_code)]
struct Page<'a, T, U: Iterator<Item = T>, const N: usize>
where
    T: Copy,
{
    title: Cow<'a, str>,
    words: &'a [&'a str],
    items: HashMap<String, T>,
    first: [Option<T>; N],
    rest: PhantomData<U>,
}

fn generics() {
    assert_eq!(<Wrapper<Code>>::SHAPE, Node::List(&STRING));
    const FIELDS: &[Field] = &[
        Field::new("first", Node::Array(2, &Node::Optional(&Node::Leaf("u8")))),
        Field::new("items", Node::Map(&STRING, &Node::Leaf("u8"))),
        Field::new("rest", Node::Leaf("unit")),
        Field::new("title", STRING),
        Field::new("words", Node::List(&STRING)),
    ];
    assert_eq!(
        <Page<'_, u8, std::vec::IntoIter<u8>, 2>>::SHAPE,
        Node::Struct(FIELDS)
    );
}

#[derive(Serialize, Deserialize, Shape)]
struct Tree<K> {
    keys: Vec<K>,
    children: BTreeMap<String, Box<Tree<K>>>,
    parent: Option<Box<Self>>,
    #[serde(skip)]
    seen: HashSet<u8>,
}

#[derive(Serialize, Deserialize)]
struct Instant(u64);

#[derive(Serialize, Deserialize, Shape)]
struct Stay {
    #[shape(opaque = "other::Instant@1")]
    from: Instant,
    at: SystemTime,
}

fn recursion() {
    const ITSELF: Node = Node::Itself("Tree");
    const FIELDS: &[Field] = &[
        Field::new("children", Node::Map(&STRING, &ITSELF)),
        Field::new("keys", Node::List(&Node::Leaf("u8"))),
        Field::new("parent", Node::Optional(&ITSELF)),
    ];
    assert_eq!(<Tree<u8>>::SHAPE, Node::Struct(FIELDS));
}

fn opaque() {
    const FIELDS: &[Field] = &[
        Field::new("at", Node::Leaf("system_time")),
        Field::new("from", Node::Opaque("other::Instant@1")),
    ];
    assert_eq!(Stay::SHAPE, Node::Struct(FIELDS));
}

fn main() {
    structs();
    tuples();
    enums();
    generics();
    recursion();
    opaque();
}
