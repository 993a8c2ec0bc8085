//! Names that generated code must not lean on.

use proc_macro2::TokenTree;

use super::*;

/// Every expansion, in a crate that knows noex as `durable`.
fn renamed() -> Vec<TokenStream> {
    let server = quote!(#[genserver(protocol = CounterMsg, crate = "::durable")]);
    vec![
        counter_protocol(&quote!(#[protocol(crate = "::durable")])),
        counter_handlers(quote!(CounterMsg, crate = "::durable")),
        plain_server(&server),
        stored_server(&server),
        stored_machine(&server),
        old_version(&quote!(#[persist(crate = "::durable")])),
        old_version(&quote!(#[persist(crate = "::durable", kind = "a", shape = 0)])),
        locked_server(&server),
        tree_shape(&quote!(#[shape(crate = "::durable")])),
    ]
}

fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    let mut found = Vec::new();
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            found.extend(flat(group.stream()));
        }
        found.push(token);
    }
    found
}

#[test]
fn the_crate_is_named_as_the_user_says() {
    for expanded in renamed() {
        assert!(
            !expanded.to_string().contains("compile_error"),
            "{expanded}"
        );
        let named = flat(expanded.clone())
            .into_iter()
            .any(|token| token.to_string() == "noex");
        assert!(!named, "`noex` in {expanded}");
        assert!(expanded.to_string().contains("durable"));
    }
}

#[test]
fn self_is_never_a_path_of_its_own() {
    for expanded in renamed() {
        let tokens = flat(expanded.clone());
        let qualifies = tokens.windows(2).any(|pair| {
            matches!(pair, [TokenTree::Ident(ident), TokenTree::Punct(next)] if ident == "Self" && next.as_char() == ':')
        });
        assert!(!qualifies, "`Self::` could be a variant in {expanded}");
    }
}

#[test]
fn paths_into_the_standard_library_start_at_its_root() {
    let roots = ["core", "std", "alloc"];
    for expanded in renamed() {
        let tokens = flat(expanded.clone());
        let relative = tokens.windows(3).any(|three| {
            let [before, TokenTree::Ident(root), TokenTree::Punct(after)] = three else {
                return false;
            };
            let is_absolute = matches!(before, TokenTree::Punct(colon) if colon.as_char() == ':');
            roots.iter().any(|name| root == name) && after.as_char() == ':' && !is_absolute
        });
        assert!(!relative, "a relative path in {expanded}");
    }
}
