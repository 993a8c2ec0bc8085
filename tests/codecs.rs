//! A state in JSON and in MessagePack: what each keeps, and what becomes of a record when its server's codec changes.

mod notes;

use noex::persist::{Codec, Edited, EncodeError, PersistOptions, Unstorable};
use noex::prelude::*;
use noex::store::Record;
use noex::testing::TestClock;
use noex::{CheckpointError, PersistenceError, StartError};

use crate::any_store::AnyStore;
use crate::counter::{begin, clocked, key, pass, record, seconds, system};
use notes::{Note, Packed, Plain, Renamed, Wider};

/// In which codec the record under `name` says its state is.
fn codec_of(record: &Record) -> &'static str {
    let bytes = &*record.bytes;
    let is = |codec: &str| {
        let field = format!("\"codec\":\"{codec}\"");
        bytes
            .windows(field.len())
            .any(|part| part == field.as_bytes())
    };
    match (is("json"), is("msgpack")) {
        (true, false) => "json",
        (false, true) => "msgpack",
        _ => panic!("{record:?}"),
    }
}

fn stored(store: &AnyStore, name: &str) -> Record {
    record(store, name).expect("it is stored")
}

macro_rules! started {
    ($system:expr, $server:ty, $name:literal) => {
        $system
            .start(<$server>::spec(<$server>::default).name($name))
            .await
            .expect("it starts")
    };
}

fn note() -> Note {
    Note {
        text: "ä \"quoted\"\n".to_owned(),
        large: u128::MAX,
        small: i128::MIN,
        maybe: vec![Some(-1), None],
        ..Note::default()
    }
}

/// A note as only MessagePack has it.
fn odd_note() -> Note {
    Note {
        number: f64::NAN,
        board: [(notes::Place { row: 1, column: 2 }, f32::INFINITY)].into(),
        ..note()
    }
}

// P12: a server stored as MessagePack is restored as it was, with what JSON has no way to hold
#[tokio::test(start_paused = true)]
async fn what_json_cannot_hold_comes_back() {
    begin();
    let store = AnyStore::new();
    for round in 0..2 {
        let system = system(store.clone());
        let packed = started!(system, Packed, "a");
        if round == 0 {
            packed.put(odd_note()).await.expect("it is put");
            packed.checkpoint().await.expect("it can be stored");
        } else {
            let found = packed.get().await.expect("it answers");
            assert!(found.number.is_nan());
            let number = 0.0;
            let expected = Note {
                number,
                ..odd_note()
            };
            assert_eq!(Note { number, ..found }, expected);
        }
        system.shutdown().await.expect("it saves");
        assert_eq!(codec_of(&stored(&store, "a")), "msgpack");
    }
}

// P12: and what neither can hold fails at save, naming the type, the codec and the place
#[tokio::test(start_paused = true)]
async fn what_no_codec_can_hold_is_refused() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let packed = started!(system, Packed, "a");
    packed.checkpoint().await.expect("it can be stored");
    let before = stored(&store, "a");
    let nested = Note {
        nested: Some(None),
        ..Note::default()
    };
    packed.put(nested).await.expect("it is put");
    let failed = packed.checkpoint().await.expect_err("it cannot");
    let CheckpointError::Unsaved { source, .. } = failed else {
        panic!("{failed}");
    };
    let PersistenceError::Encode { source, .. } = source else {
        panic!("{source}");
    };
    let expected = "`notes` cannot be stored as MessagePack: ";
    assert!(source.to_string().starts_with(expected), "{source}");
    let EncodeError::Unstorable {
        codec,
        path,
        reason,
        ..
    } = source
    else {
        panic!("{source}");
    };
    assert_eq!((codec, &*path), (Codec::MessagePack, "note.nested"));
    assert_eq!(reason, Unstorable::NestedOption);
    assert_eq!(stored(&store, "a"), before, "what was stored stays");
    packed.put(Note::default()).await.expect("it is put");
    system.shutdown().await.expect("it can again");
}

macro_rules! change_of_codec {
    ($test:ident: $before:ty, $old:literal => $after:ty, $new:literal) => {
        // S11: a server whose codec has changed is restored from the old one, and written in its own by the next save
        #[tokio::test(start_paused = true)]
        async fn $test() {
            begin();
            let store = AnyStore::new();
            let before = system(store.clone());
            let server = started!(before, $before, "a");
            server.put(note()).await.expect("it is put");
            before.shutdown().await.expect("it saves");
            let old = stored(&store, "a");
            assert_eq!(codec_of(&old), $old);

            let after = system(store.clone());
            let server = started!(after, $after, "a");
            assert_eq!(server.get().await, Ok(note()));
            assert_eq!(stored(&store, "a"), old, "the start writes nothing");
            assert!(server.status().await.expect("it answers").unsaved);
            let saved = server.checkpoint().await.expect("it is saved");
            assert!(matches!(saved, noex::Checkpoint::Saved(_)), "{saved:?}");
            let new = stored(&store, "a");
            assert_eq!(codec_of(&new), $new);
            assert!(new.revision > old.revision);
            // P4: from then on it is unchanged.
            let same = server.checkpoint().await.expect("it is saved");
            assert!(matches!(same, noex::Checkpoint::Unchanged), "{same:?}");
            after.shutdown().await.expect("it saves");

            let again = system(store.clone());
            let server = started!(again, $after, "a");
            assert!(!server.status().await.expect("it answers").unsaved);
            assert_eq!(server.get().await, Ok(note()));
        }
    };
}

change_of_codec!(json_becomes_msgpack: Plain, "json" => Packed, "msgpack");
change_of_codec!(msgpack_becomes_json: Packed, "msgpack" => Plain, "json");

// P12: a store holds both
#[tokio::test(start_paused = true)]
async fn a_store_holds_both() {
    begin();
    let store = AnyStore::new();
    for _ in 0..2 {
        let system = system(store.clone());
        let plain = started!(system, Plain, "plain");
        let packed = started!(system, Packed, "packed");
        plain.put(note()).await.expect("it is put");
        packed.put(note()).await.expect("it is put");
        system.shutdown().await.expect("it saves");
        assert_eq!(codec_of(&stored(&store, "plain")), "json");
        assert_eq!(codec_of(&stored(&store, "packed")), "msgpack");
    }
    let sizes = ["packed", "plain"].map(|name| stored(&store, name).bytes.len());
    assert!(sizes[0] < sizes[1], "{sizes:?}");
}

// P6: a record that is only stored again with a new time stays in the codec that it is in
#[tokio::test(start_paused = true)]
async fn a_refreshed_record_keeps_its_codec() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    let before = clocked(store.clone(), &clock);
    let plain = started!(before, Plain, "a");
    plain.put(note()).await.expect("it is put");
    before.shutdown().await.expect("it saves");
    let old = stored(&store, "a");

    let after = clocked(store.clone(), &clock);
    let limited = PersistOptions::new().interval(None).max_age(seconds(400));
    let spec = Packed::spec(Packed::default).name("a").persist(limited);
    let packed = after.start(spec).await.expect("it starts");
    let nested = Note {
        nested: Some(None),
        ..Note::default()
    };
    packed
        .put(nested)
        .await
        .expect("it is put, and cannot be saved");
    for _ in 0..40 {
        pass(seconds(10)).await;
    }
    let refreshed = stored(&store, "a");
    assert!(refreshed.revision > old.revision, "it was refreshed");
    assert_eq!(codec_of(&refreshed), "json");
    let exported = after.export(&key("a")).await.expect("it can be read");
    let meta = exported.expect("it is there").meta.expect("it is whole");
    assert_eq!(meta.codec, Codec::Json);
}

// V3: a field that the code does not know is refused in MessagePack, too, and its record is left alone
#[tokio::test(start_paused = true)]
async fn unknown_fields_are_refused() {
    begin();
    let store = AnyStore::new();
    let wide = system(store.clone());
    started!(wide, Wider, "a");
    wide.shutdown().await.expect("it saves");
    let before = stored(&store, "a");
    assert_eq!(codec_of(&before), "msgpack");

    let system = system(store.clone());
    let spec = Packed::spec(Packed::default).name("a");
    let failed = system.start(spec).await.expect_err("there is a field more");
    let StartError::Restore { source, .. } = failed else {
        panic!("{failed:?}");
    };
    let PersistenceError::UnknownFields { names, .. } = source else {
        panic!("{source:?}");
    };
    assert_eq!(names, ["width"]);
    assert_eq!(stored(&store, "a"), before);
}

// V1: a migration and a change of codec go together
#[tokio::test(start_paused = true)]
async fn a_migration_may_change_the_codec() {
    begin();
    let store = AnyStore::new();
    let before = system(store.clone());
    let plain = started!(before, Plain, "a");
    plain.put(note()).await.expect("it is put");
    before.shutdown().await.expect("it saves");

    for _ in 0..2 {
        let after = system(store.clone());
        let spec = Renamed::spec(|| unreachable!("it is stored")).name("a");
        let renamed = after.start(spec).await.expect("it migrates");
        assert_eq!(renamed.get().await, Ok(note()));
        after.shutdown().await.expect("it saves");
        assert_eq!(codec_of(&stored(&store, "a")), "msgpack");
    }
}

// T10: an operator sees a state of MessagePack as JSON, and what he makes of that is adopted, and packed again
#[tokio::test(start_paused = true)]
async fn a_packed_state_is_mended_as_json() {
    begin();
    let store = AnyStore::new();
    let wide = system(store.clone());
    let server = wide.start(Wider::spec(Wider::default).name("notes:a"));
    let small = Note {
        text: "so".to_owned(),
        ..Note::default()
    };
    let put = server.await.expect("it starts").put(small.clone()).await;
    put.expect("it is put");
    wide.shutdown().await.expect("it saves");

    let system = system(store.clone());
    let family = system.family::<Packed>("notes").build();
    let family = family.expect("it is built");
    let refused = family.at("a").get().await;
    refused.expect_err("there is a field more");
    let (key, whole) = (key("notes:a"), stored(&store, "notes:a"));
    let exported = system.export(&key).await.expect("it can be read");
    let state = exported
        .expect("it is there")
        .state
        .expect("it can be JSON");
    let mended = state.replace(",\"width\":1", "");
    assert_ne!(mended, state);
    let unedited = system.adopt(&key, Edited::record(whole.bytes)).await;
    unedited.expect_err("there still is a field more");
    let adopted = system.adopt(&key, Edited::state(mended)).await;
    assert_eq!(adopted.expect("it is sound").codec, Codec::Json);
    assert_eq!(family.at("a").get().await, Ok(small));
    system.shutdown().await.expect("it saves");
    assert_eq!(codec_of(&stored(&store, "notes:a")), "msgpack");
}

// T10: what JSON has no way to hold is not shown as something else
#[tokio::test(start_paused = true)]
async fn a_state_that_json_cannot_hold_is_not_shown() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let packed = started!(system, Packed, "a");
    packed.put(odd_note()).await.expect("it is put");
    packed.checkpoint().await.expect("it can be stored");
    let exported = system.export(&key("a")).await.expect("it can be read");
    let exported = exported.expect("it is there");
    assert_eq!(exported.state, None);
    assert_eq!(
        exported.meta.expect("it is whole").codec,
        Codec::MessagePack
    );
    assert_eq!(exported.record, stored(&store, "a").bytes);
}
