//! What can be saved can be loaded: one state with everything in it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::{Duration, SystemTime};

use noex::prelude::*;
use serde::{Deserialize, Serialize};

use crate::any_store::AnyStore;
use crate::counter::{begin, system};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Place {
    row: u8,
    column: u8,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Line(Place, Place),
    Group { name: String, parts: Vec<Shape> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Wrapped {
    inner: Option<Box<Wrapped>>,
}

#[derive(GenServer, Clone, Debug, PartialEq)]
#[genserver(protocol = TrunkMsg)]
#[persist(interval = "10s")]
struct Trunk {
    #[persist(as = "Vec<(_, _)>")]
    board: HashMap<Place, i32>,
    #[persist(as = "BTreeMap<_, Vec<(_, _)>>")]
    boards: BTreeMap<String, BTreeMap<Place, Shape>>,
    by_number: BTreeMap<u64, String>,
    set: BTreeSet<Place>,
    hashed: HashSet<i64>,
    bytes: Vec<u8>,
    array: [u16; 4],
    huge: u128,
    tiny: i128,
    largest: u64,
    smallest: i64,
    #[persist(as = "serde_with::DisplayFromStr")]
    in_words: u128,
    at: SystemTime,
    early: SystemTime,
    lasts: Duration,
    shapes: Vec<Shape>,
    option: Option<i32>,
    nothing: Option<i32>,
    #[expect(
        clippy::option_option,
        reason = "the codec has to tell the three apart"
    )]
    deep: Option<Option<i32>>,
    pair: (char, String),
    unit: Unit,
    wrapped: Wrapped,
    exact: Vec<f64>,
    #[persist(rename = "renamed")]
    name: String,
}

#[derive(Protocol)]
enum TrunkMsg {
    #[call(Box<Trunk>)]
    Open,
}

#[handlers(TrunkMsg)]
impl Trunk {
    fn open(&self) -> Box<Trunk> {
        Box::new(self.clone())
    }
}

fn full() -> Trunk {
    let place = |row, column| Place { row, column };
    let group = Shape::Group {
        name: "\"quoted\" \u{1f980} \n\u{0}".to_owned(),
        parts: vec![Shape::Point, Shape::Line(place(1, 2), place(3, 4))],
    };
    Trunk {
        board: (0..50).map(|n| (place(n, n + 1), n.into())).collect(),
        boards: BTreeMap::from([(
            "a".to_owned(),
            BTreeMap::from([(place(0, 0), Shape::Circle(0.5))]),
        )]),
        by_number: BTreeMap::from([(0, "zero".to_owned()), (u64::MAX, "most".to_owned())]),
        set: BTreeSet::from([place(9, 9)]),
        hashed: (-20..20).collect(),
        bytes: (0..=255).collect(),
        array: [1, 2, 3, u16::MAX],
        huge: u128::MAX,
        tiny: i128::MIN,
        largest: u64::MAX,
        smallest: i64::MIN,
        in_words: u128::MAX - 1,
        at: SystemTime::UNIX_EPOCH + Duration::new(1_767_225_600, 123_456_789),
        early: SystemTime::UNIX_EPOCH,
        lasts: Duration::new(u64::MAX, 999_999_999),
        shapes: vec![group, Shape::Circle(-0.0), Shape::Point],
        option: Some(1),
        nothing: None,
        deep: Some(Some(3)),
        pair: ('\u{1f980}', String::new()),
        unit: Unit,
        wrapped: Wrapped {
            inner: Some(Box::new(Wrapped { inner: None })),
        },
        exact: vec![0.1, 1e300, f64::MIN_POSITIVE, f64::MAX, 5e-324],
        name: "name".to_owned(),
    }
}

fn empty() -> Trunk {
    Trunk {
        board: HashMap::new(),
        boards: BTreeMap::new(),
        by_number: BTreeMap::new(),
        set: BTreeSet::new(),
        hashed: HashSet::new(),
        bytes: Vec::new(),
        shapes: Vec::new(),
        option: None,
        deep: None,
        exact: Vec::new(),
        name: String::new(),
        ..full()
    }
}

// P12: maps with struct keys, big integers, timestamps, bytes, nested enums and options come back as they were
#[tokio::test(start_paused = true)]
async fn everything_comes_back_as_it_was() {
    begin();
    for make in [full, empty] {
        let store = AnyStore::new();
        let before = system(store.clone());
        let trunk = before.start(Trunk::spec(make).name("a")).await;
        trunk.expect("it starts").stop().await.expect("it saves");

        let after = system(store);
        let other = || -> Trunk { panic!("it is stored") };
        let trunk = after.start(Trunk::spec(other).name("a")).await;
        let opened = trunk.expect("it starts").open().await;
        assert_eq!(*opened.expect("it answers"), make());
    }
}

// P12, P4: a map whose order changes from run to run counts as unchanged only where its bytes are the same
#[tokio::test(start_paused = true)]
async fn the_order_of_a_map_does_not_matter_to_a_save() {
    begin();
    let system = system(AnyStore::new());
    let trunk = system.start(Trunk::spec(full).name("a")).await;
    let trunk = trunk.expect("it starts");
    trunk.checkpoint().await.expect("it passes the check");
    assert_eq!(
        trunk.checkpoint().await.expect("nothing fails"),
        noex::Checkpoint::Unchanged
    );
}
