use proc_macro2::Span;

use super::*;

fn ident(name: &str) -> Ident {
    syn::parse_str(name).unwrap_or_else(|_| Ident::new(name, Span::call_site()))
}

#[test]
fn methods_are_variants_in_snake_case() {
    for (variant, method) in [
        ("Add", "add"),
        ("AddItem", "add_item"),
        ("HTTPGet", "http_get"),
        ("Get2Items", "get2_items"),
        ("Under_Score", "under_score"),
        ("A", "a"),
        ("ABC", "abc"),
        ("Type", "r#type"),
        ("r#Move", "r#move"),
    ] {
        assert_eq!(
            method_name(&ident(variant)).expect("a name").to_string(),
            method
        );
    }
}

#[test]
fn some_variants_have_no_method() {
    for variant in ["Super", "Crate", "SELF"] {
        assert!(method_name(&ident(variant)).is_none(), "{variant}");
    }
}

#[test]
fn clients_bear_the_stem() {
    for (protocol, client) in [
        ("CounterMsg", "CounterClient"),
        ("CounterMessage", "CounterClient"),
        ("CounterMessages", "CounterClient"),
        ("CounterProtocol", "CounterClient"),
        ("Counter", "CounterClient"),
        ("Msg", "MsgClient"),
    ] {
        assert_eq!(client_name(&ident(protocol)).to_string(), client);
    }
}

#[test]
fn names_are_compared_bare() {
    assert_eq!(bare_name(&ident("_by")), "by");
    assert_eq!(bare_name(&ident("r#type")), "type");
    assert_ne!(name_hash("by"), name_hash("yb"));
}
