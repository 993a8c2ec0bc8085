//! What is generated of a name stands where the user wrote it: an editor finds its way from one to the other.

use proc_macro2::{LineColumn, TokenTree};
use syn::{Attribute, DeriveInput};

use super::*;

const MESSAGES: &str = "
#[protocol(client = Counters)]
enum CounterMsg {
    #[call(Total)]
    AddMany { by: Many },
    #[cast]
    Reset,
}";

const STATE: &str = "
#[genserver(protocol = CounterMsg, env = Deps, args = Seed, init = make_it, on_start = Counter::begin_it)]
#[persist(interval = \"30s\", version = 2, migrate(1 = CounterV1), before_persist = stamp_it, on_error = report_it)]
struct Counter {
    total: Total,
    #[persist(skip = nothing_yet())]
    rendered: Text,
}";

const HANDLERS: &str = "
impl Counter {
    fn add_many(&mut self, by: Many) -> Total { self.total }
    async fn reset(&self, cx: &mut Cx<Self>) {}
}";

fn read(source: &str) -> TokenStream {
    source.parse().expect("the source is made of tokens")
}

fn read_item(source: &str) -> DeriveInput {
    syn::parse2(read(source)).expect("the source is an item")
}

/// The names in `tokens` that are written `name`, at whatever depth, with the token before each.
fn found(tokens: TokenStream, name: &str) -> Vec<(String, LineColumn)> {
    let (mut found, mut before) = (Vec::new(), String::new());
    for token in tokens {
        match &token {
            TokenTree::Group(group) => found.extend(self::found(group.stream(), name)),
            TokenTree::Ident(ident) if ident == name => {
                found.push((before, ident.span().start()));
            }
            _ => {}
        }
        before = token.to_string();
    }
    found
}

/// Where `name` stands in the source.
fn in_source(source: &str, name: &str) -> LineColumn {
    let places = found(read(source), name);
    let (_, place) = places.first().expect("the name is in the source");
    *place
}

/// Checks that `name` occurs in `expanded`, and only with the place where it first stands in `source`.
fn check(expanded: &TokenStream, source: &str, name: &str) {
    let (places, wanted) = (found(expanded.clone(), name), in_source(source, name));
    assert!(!places.is_empty(), "`{name}` is not in {expanded}");
    for (before, place) in places {
        assert_eq!(place, wanted, "`{name}` after `{before}`");
    }
}

#[test]
fn a_method_of_the_client_stands_where_its_message_does() {
    let expanded = crate::protocol(read_item(MESSAGES));
    for (method, variant) in [("add_many", "AddMany"), ("reset", "Reset")] {
        for (before, place) in found(expanded.clone(), method) {
            assert_eq!(
                place,
                in_source(MESSAGES, variant),
                "`{method}` after `{before}`"
            );
        }
        assert!(
            found(expanded.clone(), method)
                .iter()
                .any(|(before, _)| before == "fn")
        );
    }
}

#[test]
fn what_a_protocol_names_stands_where_it_was_named() {
    let expanded = crate::protocol(read_item(MESSAGES));
    for name in ["Counters", "CounterMsg", "Total", "Many", "AddMany"] {
        check(&expanded, MESSAGES, name);
    }
}

#[test]
fn what_options_name_stands_where_it_was_named() {
    let expanded = crate::server(&read_item(STATE));
    for name in [
        "CounterMsg",
        "Deps",
        "Seed",
        "make_it",
        "begin_it",
        "CounterV1",
        "stamp_it",
        "report_it",
        "nothing_yet",
        "Total",
        "Text",
    ] {
        check(&expanded, STATE, name);
    }
}

#[test]
fn a_function_that_makes_specs_stands_where_the_state_does() {
    let expanded = crate::server(&read_item(STATE));
    let spec = found(expanded, "spec");
    let declared = found(read(STATE), "Counter");
    let declared = declared.iter().find(|(before, _)| before == "struct");
    let (_, place) = declared.expect("the state is a struct");
    assert_eq!(spec, [("fn".to_owned(), *place)]);
}

#[test]
fn an_entry_of_the_table_stands_where_its_handler_does() {
    let expanded = crate::serve(quote!(CounterMsg), &read(HANDLERS));
    let (_, table) = split_after_block(expanded);
    for method in ["add_many", "reset"] {
        let entries = found(table.clone(), method);
        let named = entries.iter().filter(|(before, _)| before != ":");
        assert_eq!(named.count(), 1, "one entry for `{method}`");
        let (_, entry) = entries.first().expect("there is one");
        assert_eq!(*entry, in_source(HANDLERS, method));
    }
}

/// The user's block, and what is generated beside it.
fn split_after_block(expanded: TokenStream) -> (TokenStream, TokenStream) {
    let count = read(HANDLERS).into_iter().count();
    let mut tokens = expanded.into_iter();
    let block = tokens.by_ref().take(count).collect();
    (block, tokens.collect())
}

#[test]
fn a_mistake_is_reported_at_the_key_it_is_about() {
    let source = STATE.replace("interval", "intervall");
    let expanded = crate::server(&read_item(&source));
    let reported = found(expanded, "compile_error");
    let places: Vec<_> = reported.into_iter().map(|(_, place)| place).collect();
    assert_eq!(places, [in_source(&source, "intervall")]);
}

#[test]
fn an_option_that_is_being_typed_leaves_the_rest_as_it_was() {
    for typed in [
        "on_st",
        "on_start =",
        "on_start = Counter::",
        "mailbox = ",
        "= 7",
    ] {
        let source = STATE.replace("on_start = Counter::begin_it", typed);
        let expanded = crate::server(&read_item(&source));
        assert!(expanded.to_string().contains("compile_error"), "`{typed}`");
        for name in ["GenServer", "spec", "to_stored", "StoredCounter"] {
            assert!(
                !found(expanded.clone(), name).is_empty(),
                "`{name}` while `{typed}`"
            );
        }
        check(&expanded, &source, "Deps");
    }
}

#[test]
fn a_message_that_is_being_typed_leaves_the_others_as_they_were() {
    for (whole, typed) in [("#[cast]", "#[cas]"), ("#[cast]", ""), ("Total", "Tot::")] {
        let source = MESSAGES.replace(whole, typed);
        let expanded = crate::protocol(read_item(&source));
        let methods = found(expanded.clone(), "add_many");
        assert!(
            methods.iter().any(|(before, _)| before == "fn"),
            "`{typed}`"
        );
        assert!(!found(expanded, "Counters").is_empty(), "`{typed}`");
    }
}

#[test]
fn a_handler_that_is_being_typed_leaves_the_others_as_they_were() {
    let source = HANDLERS.replace("&self, cx", "self, cx");
    let expanded = crate::serve(quote!(CounterMsg), &read(&source));
    assert!(expanded.to_string().contains("compile_error"));
    let (_, table) = split_after_block(expanded);
    for method in ["add_many", "reset"] {
        assert!(!found(table.clone(), method).is_empty(), "`{method}`");
    }
}

/// Attributes keep the places of what is in them, or nothing above could be told.
#[test]
fn a_key_has_a_place() {
    let item = read_item(STATE);
    let attribute: &Attribute = item.attrs.first().expect("there is one");
    assert_eq!(
        attribute
            .path()
            .get_ident()
            .map(|path| path.span().start().line),
        Some(2)
    );
}
