//! Templates, names, families and prefixes.

use super::family::{FamilyKeys, sharing_prefix};
use super::{KeyError, KeyTemplate, key_of};
use crate::store::Key;

fn template(text: &str) -> KeyTemplate {
    KeyTemplate::parse(text).expect("a template")
}

fn key(text: &str) -> Key {
    Key::new(text).expect("a key")
}

// S7: the key given at the start stands before the template, the template before the name
#[test]
fn the_given_key_stands_before_template_and_name() {
    let template = template("shop/{name}");
    let of = |given, template| key_of(given, template, Some("cart")).expect("a key");
    assert_eq!(of(Some(key("mine")), Some(&template)), key("mine"));
    assert_eq!(of(None, Some(&template)), key("shop/cart"));
    assert_eq!(of(None, None), key("cart"));
}

// S7: without key, template and name there is no key, and none is made up
#[test]
fn without_a_name_there_is_no_key() {
    assert!(matches!(key_of(None, None, None), Err(KeyError::NoKey)));
    assert!(matches!(
        key_of(None, Some(&template("shop/{name}")), None),
        Err(KeyError::NoKey)
    ));
    assert_eq!(
        key_of(None, Some(&template("settings")), None).expect("a key"),
        key("settings")
    );
}

// S7: a template may hold the name anywhere and more than once, and brackets written twice
#[test]
fn templates_expand() {
    let expanded = |text| template(text).key(Some("a{b}")).expect("a key").to_string();
    assert_eq!(expanded("{name}/{name}.json"), "a{b}/a{b}.json");
    assert_eq!(expanded("{{{name}}}"), "{a{b}}");
    assert_eq!(expanded("grün/{name}"), "grün/a{b}");
}

// S7: a placeholder that does not exist and a bracket without its partner are refused
#[test]
fn unknown_placeholders_are_refused() {
    let unknown = |text| match KeyTemplate::parse(text) {
        Err(KeyError::UnknownPlaceholder { placeholder, .. }) => placeholder,
        other => panic!("{other:?}"),
    };
    assert_eq!(unknown("a/{id}"), "id");
    assert_eq!(unknown("{ name }"), " name ");
    assert_eq!(unknown("{}"), "");
    for lone in ["{name", "name}", "a{", "}"] {
        assert!(
            matches!(KeyTemplate::parse(lone), Err(KeyError::LoneBracket { .. })),
            "{lone}"
        );
    }
    assert!(matches!(
        KeyTemplate::parse(""),
        Err(KeyError::EmptyTemplate)
    ));
    let message = KeyTemplate::parse("a/{id}")
        .expect_err("no such placeholder")
        .to_string();
    assert_eq!(
        message,
        "the `key` template `a/{id}` holds the unknown placeholder `{id}`, known are `{name}` and `{family}`"
    );
}

// S7: outside of a family a template cannot name one
#[test]
fn a_family_outside_of_a_family_is_refused() {
    let result = template("{family}:{name}").key(Some("cart"));
    assert!(matches!(result, Err(KeyError::NoFamily { .. })));
}

// S7: what no store takes as a key is refused when it is made
#[test]
fn what_is_no_key_is_refused() {
    for name in ["", "a\0b", &"x".repeat(1025)] {
        assert!(matches!(
            key_of(None, None, Some(name)),
            Err(KeyError::Invalid { .. })
        ));
    }
}

// S7: in a family keys are `{family}:{name}` or by the template, and names are found again in them
#[test]
fn names_of_a_family_become_keys_and_names_again() {
    let plain = FamilyKeys::new("orders", None).expect("a family");
    let templated =
        FamilyKeys::new("orders", Some(&template("shop/{family}/{name}"))).expect("a family");
    assert_eq!(
        (plain.prefix(), templated.prefix()),
        ("orders:", "shop/orders/")
    );
    for name in ["17", "a:b", "orders:", "{name}", "/"] {
        assert_eq!(
            plain.key(name).expect("a key"),
            key(&format!("orders:{name}"))
        );
        assert_eq!(
            templated.key(name).expect("a key"),
            key(&format!("shop/orders/{name}"))
        );
        assert_eq!(plain.name_of(&plain.key(name).expect("a key")), Some(name));
        assert_eq!(plain.name_of(&templated.key(name).expect("a key")), None);
    }
    assert!(matches!(plain.key(""), Err(KeyError::NoKey)));
    assert_eq!(plain.name_of(&key("orders:")), None);
}

// S7: a family's name is not empty and holds no colon
#[test]
fn a_family_name_holds_no_colon() {
    for name in ["", ":", "a:b"] {
        assert!(
            matches!(
                FamilyKeys::new(name, None),
                Err(KeyError::FamilyName { .. })
            ),
            "{name}"
        );
    }
}

// S7: in a family a template ends in the name, which is nowhere else
#[test]
fn a_family_template_ends_in_the_name() {
    for text in [
        "{family}",
        "{name}:{family}",
        "{name}/{name}",
        "{family}:{name}.json",
    ] {
        let result = FamilyKeys::new("orders", Some(&template(text)));
        assert!(
            matches!(result, Err(KeyError::NameNotLast { .. })),
            "{text}"
        );
    }
}

// S7: two families share a prefix when one prefix begins with the other
#[test]
fn families_never_share_a_prefix() {
    let taken = [("orders:", "orders"), ("shop/a/", "a")];
    let with = |new| sharing_prefix(taken.into_iter(), new);
    assert_eq!(with("orders:"), Some("orders"));
    assert_eq!(with("orders:eu:"), Some("orders"));
    assert_eq!(with("shop/"), Some("a"));
    assert_eq!(with(""), Some("orders"));
    assert_eq!(with("order"), Some("orders"));
    assert_eq!(with("orders2:"), None);
    assert_eq!(with("Orders:"), None);
}
