//! What the codec cannot hold fails when it is saved, with the type's name, and never when it is loaded.

use std::collections::HashMap;

use noex::persist::{EncodeError, Unstorable};
use noex::prelude::*;
use noex::{CheckpointError, PersistenceError, StopError};
use serde::{Deserialize, Serialize};

use crate::any_store::AnyStore;
use crate::counter::{begin, system};

#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Place {
    row: u8,
    column: u8,
}

#[derive(Clone, Default, Serialize, Deserialize)]
struct Content {
    number: f64,
    small: f32,
    #[expect(
        clippy::option_option,
        reason = "the codec has to tell the three apart"
    )]
    nested: Option<Option<i32>>,
    board: HashMap<Place, i32>,
}

#[derive(Protocol)]
enum BoxMsg {
    #[call]
    Put { content: Content },
}

#[derive(GenServer, Default)]
#[genserver(protocol = BoxMsg)]
#[persist(kind = "boxes")]
struct Container {
    content: Content,
}

#[handlers(BoxMsg)]
impl Container {
    fn put(&mut self, content: Content) {
        self.content = content;
    }
}

/// What a save of this content fails with, by checkpoint and by stop.
async fn refused(content: Content) -> (Unstorable, String) {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let spec = Container::spec(Container::default).name("a");
    let container = system.start(spec).await.expect("it starts");
    container.checkpoint().await.expect("it can be stored");
    let before = store.records();
    container.put(content).await.expect("it is put");

    let checkpoint = container.checkpoint().await;
    let Err(CheckpointError::Unsaved { source, .. }) = checkpoint else {
        panic!("it was saved: {checkpoint:?}");
    };
    let PersistenceError::Encode { source, .. } = source else {
        panic!("{source}");
    };
    assert!(source.to_string().contains("`boxes`"), "{source}");
    let stop = container.stop().await;
    assert!(matches!(stop, Err(StopError::Unsaved { .. })), "{stop:?}");
    assert_eq!(store.records(), before, "what was stored stays");
    match source {
        EncodeError::Unstorable { path, reason, .. } => (reason, path),
        other => panic!("{other}"),
    }
}

// P12: NaN and infinities fail at save
#[tokio::test(start_paused = true)]
async fn numbers_json_does_not_have_are_refused() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let content = Content {
            number,
            ..Content::default()
        };
        let (reason, path) = refused(content).await;
        assert_eq!((reason, &*path), (Unstorable::NotFinite, "content.number"));
    }
    let content = Content {
        small: f32::NAN,
        ..Content::default()
    };
    let (reason, path) = refused(content).await;
    assert_eq!((reason, &*path), (Unstorable::NotFinite, "content.small"));
}

// P12: an option within an option fails at save where JSON could not tell it from nothing
#[tokio::test(start_paused = true)]
async fn nothing_within_an_option_is_refused() {
    let content = Content {
        nested: Some(None),
        ..Content::default()
    };
    let (reason, path) = refused(content).await;
    let expected = (Unstorable::NestedOption, "content.nested");
    assert_eq!((reason, &*path), expected);
}

// P12: a map with struct keys fails at save
#[tokio::test(start_paused = true)]
async fn a_map_with_struct_keys_is_refused() {
    let content = Content {
        board: HashMap::from([(Place { row: 1, column: 2 }, 3)]),
        ..Content::default()
    };
    let (reason, path) = refused(content).await;
    assert_eq!((reason, &*path), (Unstorable::MapKey, "content.board"));
}

// P12, P7: once the state can be stored again it is, and the server is no longer degraded
#[tokio::test(start_paused = true)]
async fn a_mended_state_is_saved() {
    begin();
    let system = system(AnyStore::new());
    let spec = Container::spec(Container::default).name("a");
    let container = system.start(spec).await.expect("it starts");
    container.checkpoint().await.expect("it can be stored");
    let content = Content {
        number: f64::NAN,
        ..Content::default()
    };
    container.put(content).await.expect("it is put");
    container.checkpoint().await.expect_err("it cannot");
    assert!(container.status().await.expect("it answers").degraded);
    let content = Content::default();
    container.put(content).await.expect("it is put");
    container.checkpoint().await.expect("it can again");
    assert!(!container.status().await.expect("it answers").degraded);
}
