use quote::quote;
use syn::parse_quote;

use super::*;
use crate::written::written;

fn replaced(ty: &Type) -> String {
    let ident: Ident = parse_quote!(Tree);
    written(replace_itself(ty, &ident, "Me"))
}

#[test]
fn the_name_and_self_are_replaced_with_their_parameters() {
    let types: [(Type, TokenStream); 6] = [
        (parse_quote!(Tree), quote!(Me)),
        (parse_quote!(Option<Box<Self>>), quote!(Option<Box<Me>>)),
        (parse_quote!(Vec<Tree<K, Vec<V>>>), quote!(Vec<Me>)),
        (parse_quote!((u8, Tree::<K>)), quote!((u8, Me))),
        (parse_quote!([Tree<fn(u8) -> u8>; 2]), quote!([Me; 2])),
        (parse_quote!(Map<Tree, Self>), quote!(Map<Me, Me>)),
    ];
    for (ty, expected) in types {
        assert_eq!(replaced(&ty), written(expected));
    }
}

#[test]
fn what_only_looks_like_it_stays() {
    let types: [Type; 4] = [
        parse_quote!(other::Tree),
        parse_quote!(Tree::Leaf),
        parse_quote!(Self::Leaf),
        parse_quote!(Trees<Treelike>),
    ];
    for ty in types {
        assert_eq!(replaced(&ty), written(ty.to_token_stream()));
        assert!(!mentions_itself(&ty, &parse_quote!(Tree)));
    }
}

#[test]
fn it_is_found_in_the_depth() {
    let ident: Ident = parse_quote!(Tree);
    assert!(mentions_itself(
        &parse_quote!(Vec<(u8, Option<Box<Tree>>)>),
        &ident
    ));
    assert!(!mentions_itself(&parse_quote!(Vec<u8>), &ident));
}
