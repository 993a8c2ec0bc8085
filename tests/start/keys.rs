//! What a server is stored under.

use noex::persist::{KeyError, PersistOptions};
use noex::prelude::*;
use noex::{Chain, ConfigureError, StartError};

use crate::any_store::AnyStore;
use crate::counter::{Counter, begin, calls, spec, stored, system};

async fn key_of(spec: noex::Spec<Counter, noex::Given>) -> String {
    begin();
    let system = system(AnyStore::new());
    let counter = system.start(spec).await.expect("it starts");
    let status = counter.status().await.expect("it answers");
    status.key.expect("it is stored").to_string()
}

// S7: the key given at start wins over the template, the template over the name
#[tokio::test(start_paused = true)]
async fn a_key_is_given_or_follows_from_the_name() {
    let template = || PersistOptions::new().key("counters/{name}");
    assert_eq!(key_of(spec("a")).await, "a");
    assert_eq!(key_of(spec("a").persist(template())).await, "counters/a");
    assert_eq!(key_of(spec("a").persist(template()).key("k")).await, "k");
}

// S7: a persistent server with no key at all does not start
#[tokio::test(start_paused = true)]
async fn a_nameless_server_has_no_key() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let start = system.start(Counter::spec(0).env("first")).await;
    assert!(matches!(start, Err(StartError::NoKey { .. })), "{start:?}");
    let template = PersistOptions::new().key("counters/{name}");
    let templated = Counter::spec(0).env("first").persist(template);
    let start = system.start(templated).await;
    assert!(matches!(start, Err(StartError::NoKey { .. })), "{start:?}");
    assert!(calls().is_empty());
    assert!(store.is_empty());
}

// S7: in a family the key is `{family}:{name}`, and names are the family's own
#[tokio::test(start_paused = true)]
async fn a_family_scopes_its_names() {
    let system = system(stored("a", 5).await);
    let family = |name: &str| {
        let family = system.family::<Counter>(name.to_owned()).env("first");
        family.or_init(|_| 0).build().expect("it is built")
    };
    let (left, right) = (family("left"), family("right"));
    assert_eq!(left.at("a").add(1).await, Ok(1));
    assert_eq!(right.at("a").add(2).await, Ok(2));
    let alone = system.start(spec("a")).await.expect("it starts");
    assert_eq!(alone.total().await, Ok(5));
    let status = left.at("a").status().await.expect("it answers");
    assert_eq!(status.key.expect("it is stored").as_str(), "left:a");
}

// S7: a family's name holds no `:`, and a template in it ends in `{name}`
#[tokio::test(start_paused = true)]
async fn a_family_without_keys_of_its_own_is_not_built() {
    begin();
    let system = system(AnyStore::new());
    let build = |name: &'static str, template: Option<&str>| {
        let options = PersistOptions::new();
        let options = match template {
            Some(template) => options.key(template),
            None => options,
        };
        let family = system.family::<Counter>(name).env("first");
        family.persist(options).build().map(drop)
    };
    let colon = build("a:b", None);
    let Err(ConfigureError::Keys { source, .. }) = colon else {
        panic!("a colon was taken: {colon:?}");
    };
    assert!(matches!(source, KeyError::FamilyName { .. }), "{source}");
    assert_eq!(
        Chain(&ConfigureError::Keys {
            family: "a:b".into(),
            source
        })
        .to_string(),
        "the family `a:b` cannot be built: the name of a family cannot be empty or hold a `:`"
    );
    let last = build("a", Some("{name}/x"));
    let Err(ConfigureError::Options { source, .. }) = last else {
        panic!("a template was taken: {last:?}");
    };
    let told = "in code: the `key` template `{name}/x` of the family `a` must hold `{name}` once, at its end";
    assert_eq!(source.to_string(), told);
    build("a", Some("x/{name}")).expect("it ends in the name");
}

// S7: two families of one store never share a prefix
#[tokio::test(start_paused = true)]
async fn two_families_share_no_prefix() {
    begin();
    let system = system(AnyStore::new());
    let build = |name: &'static str, template: &str| {
        let options = PersistOptions::new().key(template);
        let family = system.family::<Counter>(name).env("first");
        family.persist(options).build()
    };
    let _kept = build("orders", "shop/{name}").expect("it is the first");
    for template in ["shop/{name}", "shop/a/{name}", "sho{name}"] {
        let second = build("carts", template);
        let Err(ConfigureError::SharedPrefix { other, .. }) = second else {
            panic!("`{template}` was taken: {second:?}");
        };
        assert_eq!(&*other, "orders");
    }
    build("carts", "carts/{name}").expect("it begins otherwise");
    let twice = system.family::<Counter>("left").env("first").build();
    let _kept = twice.expect("it is the first");
    let twice = system.family::<Counter>("left").env("first").build();
    assert!(matches!(twice, Err(ConfigureError::AlreadyBuilt { .. })));
    let told = twice.map(drop).map_err(|error| error.to_string());
    let expected =
        "the system has a family `left` already: build it once, and clone it where it is needed";
    assert_eq!(told, Err(expected.to_owned()));
}
