use quote::quote;
use syn::{Expr, Type, parse_quote};

use super::*;

fn replaced(ty: &Type) -> String {
    replace_self(ty, &quote!(Stack::<T>))
        .to_token_stream()
        .to_string()
}

#[test]
fn self_becomes_the_type_it_meant() {
    assert_eq!(replaced(&parse_quote!(Vec<Self>)), "Vec < Stack :: < T > >");
    assert_eq!(replaced(&parse_quote!((Self, u8))), "(Stack :: < T > , u8)");
    assert_eq!(
        replaced(&parse_quote!(Option<Self::Item>)),
        "Option < < Stack :: < T > > :: Item >"
    );
    assert_eq!(replaced(&parse_quote!(SelfMade)), "SelfMade");
}

#[test]
fn expressions_are_rewritten_as_well() {
    let expression: Expr = parse_quote!(Self::cache(1, |x| Self::new(x)));
    let path = quote!(Stack::<T>);
    let expected = "< Stack :: < T > > :: cache (1 , | x | < Stack :: < T > > :: new (x))";
    assert_eq!(
        replace_self(&expression, &path)
            .to_token_stream()
            .to_string(),
        expected
    );
}
