use std::collections::{BTreeMap, HashMap};

use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Protocol)]
enum StateMsg {
    #[call(String)]
    Show,
    #[cast]
    Next,
}

macro_rules! handlers_for {
    ($state:ty, $show:expr, $next:expr) => {
        #[handlers(StateMsg)]
        impl $state {
            fn show(&self) -> String {
                let show: fn(&$state) -> String = $show;
                show(self)
            }

            fn next(&mut self) {
                let next: fn(&mut $state) = $next;
                next(self);
            }
        }
    };
}

#[derive(GenServer)]
#[genserver(protocol = StateMsg)]
#[persist(interval = "30s")]
struct Unit;
handlers_for!(Unit, |_| "unit".to_owned(), |_| {});

#[derive(GenServer)]
#[genserver(protocol = StateMsg)]
#[persist(interval = "30s")]
struct One(u8);
handlers_for!(One, |one| one.0.to_string(), |one| one.0 += 1);

#[derive(GenServer)]
#[genserver(protocol = StateMsg)]
#[persist(interval = "30s")]
struct Tuple(
    u8,
    #[persist(skip = 7)] u16,
    #[persist(default)] Option<String>,
    #[persist(with = "words")] u32,
);
handlers_for!(
    Tuple,
    |tuple| format!("{} {} {:?} {}", tuple.0, tuple.1, tuple.2, tuple.3),
    |tuple| tuple.1 += 1
);

#[derive(GenServer)]
#[genserver(protocol = StateMsg)]
#[persist(interval = "30s")]
struct Nothing {
    #[persist(skip)]
    _cache: u8,
}
handlers_for!(Nothing, |_| "nothing".to_owned(), |_| {});

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
struct Sku(u32, u32);

#[derive(GenServer)]
#[genserver(protocol = StateMsg)]
#[persist(interval = "30s")]
enum Machine {
    Idle,
    Counting(u8),
    Paired(u8, #[persist(skip)] u8, String),
    Filled {
        #[persist(as = "Vec<(_, _)>")]
        items: BTreeMap<Sku, u32>,
        #[persist(as = "HashMap<_, Option<Vec<(_, _)>>>")]
        nested: HashMap<String, Option<BTreeMap<Sku, u8>>>,
        #[persist(rename = "kind")]
        r#type: Option<u8>,
        #[persist(default = "unnamed".to_owned())]
        name: String,
        #[persist(skip)]
        cache: Vec<u8>,
    },
}
handlers_for!(
    Machine,
    |machine| match machine {
        Machine::Idle => "idle".to_owned(),
        Machine::Counting(count) => format!("counting {count}"),
        Machine::Paired(left, skipped, right) => format!("paired {left} {skipped} {right}"),
        Machine::Filled {
            items,
            nested,
            r#type,
            name,
            cache,
        } => {
            format!("filled {items:?} {nested:?} {type:?} {name} {cache:?}")
        }
    },
    |machine| *machine = match machine {
        Machine::Idle => Machine::Counting(1),
        Machine::Counting(_) => Machine::Paired(1, 2, "two".to_owned()),
        Machine::Paired(..) | Machine::Filled { .. } => Machine::Filled {
            items: [(Sku(1, 2), 3)].into(),
            nested: [("a".to_owned(), Some([(Sku(4, 5), 6)].into()))].into(),
            r#type: Some(7),
            name: "named".to_owned(),
            cache: vec![8],
        },
    }
);

mod words {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&value.to_string())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Takes a server to its `steps`-th state, stops it, and shows what another one restores.
async fn restored<S: GenServer<Protocol = StateMsg, EnvGiven = noex::Given>>(
    spec: impl Fn() -> noex::Spec<S>,
    steps: usize,
) -> String {
    let store = MemoryAdapter::new();
    let system = System::new(store.clone());
    let server = system.start(spec().name("it")).await.expect("it starts");
    for _ in 0..steps {
        server.next().await.expect("sent");
    }
    system.shutdown().await.expect("it is saved");
    let system = System::new(store);
    let server = system
        .start(spec().name("it"))
        .await
        .expect("it is restored");
    server.show().await.expect("answered")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(restored(|| Unit::spec(|| Unit), 1).await, "unit");
    assert_eq!(restored(|| One::spec(|| One(1)), 1).await, "2");
    let tuple = || Tuple::spec(|| Tuple(1, 2, Some("three".to_owned()), 4));
    assert_eq!(restored(tuple, 1).await, "1 7 Some(\"three\") 4");
    assert_eq!(
        restored(|| Nothing::spec(|| Nothing { _cache: 1 }), 1).await,
        "nothing"
    );
    let machine = || Machine::spec(|| Machine::Idle);
    assert_eq!(restored(machine, 0).await, "idle");
    assert_eq!(restored(machine, 1).await, "counting 1");
    assert_eq!(restored(machine, 2).await, "paired 1 0 two");
    assert_eq!(
        restored(machine, 3).await,
        "filled {Sku(1, 2): 3} {\"a\": Some({Sku(4, 5): 6})} Some(7) named []"
    );
}
