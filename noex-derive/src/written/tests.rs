use quote::quote;

use super::*;

#[test]
fn words_are_apart_and_nothing_else_is() {
    for (tokens, text) in [
        (
            quote!(HashMap<Sku, Vec<(u8, u32)>>),
            "HashMap<Sku,Vec<(u8,u32)>>",
        ),
        (
            quote!(&'static dyn Fn(u8) -> [u8; 3]),
            "&'static dyn Fn(u8)->[u8;3]",
        ),
        (quote!(<T as Kind>::Of), "<T as Kind>::Of"),
        (quote!(r#type::Name), "r#type::Name"),
        (quote!(serde_with::As::<_>), "serde_with::As::<_>"),
    ] {
        assert_eq!(written(tokens), text);
    }
}

// V4: the text of a type does not depend on how somebody spaces it
#[test]
fn spaces_do_not_matter() {
    let read = |text: &str| written(text.parse().expect("it is made of tokens"));
    assert_eq!(read("Vec < ( _ , _ ) >"), read("Vec<(_,_)>"));
    assert_eq!(read("a :: b"), "a::b");
}
