//! `SNAPSHOTS=overwrite cargo test -p noex-derive` writes them anew; read them before they are committed.

use std::path::Path;

use super::*;

/// Holds `expanded` against the file of this name.
fn check(name: &str, expanded: &TokenStream) {
    let file = syn::parse2(expanded.clone()).expect("an expansion is a sequence of items");
    let written = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("snapshots")
        .join(name)
        .with_extension("rs");
    if std::env::var("SNAPSHOTS").is_ok_and(|wish| wish == "overwrite") {
        std::fs::write(&path, &written).expect("the snapshot can be written");
    }
    let expected = std::fs::read_to_string(&path).expect("the snapshot can be read");
    assert_eq!(
        written, expected,
        "{name} differs; see the head of this file"
    );
}

#[test]
fn of_a_protocol() {
    check("protocol", &counter_protocol(&quote!()));
}

#[test]
fn of_handlers() {
    check("handlers", &counter_handlers(quote!(CounterMsg)));
}

#[test]
fn of_a_server_without_persistence() {
    check(
        "server",
        &plain_server(&quote!(#[genserver(protocol = CounterMsg, mailbox = 8)])),
    );
}

#[test]
fn of_a_stored_server() {
    let attribute =
        quote!(#[genserver(protocol = CacheMsg<K>, env = Deps, args = K, init = Self::open)]);
    check("stored_server", &stored_server(&attribute));
}

#[test]
fn of_a_stored_enum() {
    check(
        "stored_enum",
        &stored_machine(&quote!(#[genserver(protocol = MachineMsg)])),
    );
}

#[test]
fn of_an_old_version() {
    check("old_version", &old_version(&quote!()));
}

#[test]
fn of_a_locked_server() {
    check(
        "locked_server",
        &locked_server(&quote!(#[genserver(protocol = ForestMsg)])),
    );
}

#[test]
fn of_a_shape() {
    check("shape", &tree_shape(&quote!()));
}

#[test]
fn of_a_faulty_server() {
    let attribute =
        quote!(#[genserver(protocol = MachineMsg, inline = 1, terminate = Machine::end)]);
    check("faulty_server", &stored_machine(&attribute));
}
