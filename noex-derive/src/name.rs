//! How names follow from names: a method from a variant, a client from a message enum.

pub(crate) mod case;

use proc_macro2::Ident;
use syn::ext::IdentExt as _;

/// The method that sends or handles the message `variant`, or `None` where no identifier can be so named.
pub(crate) fn method_name(variant: &Ident) -> Option<Ident> {
    identifier(&snake_case(&variant.unraw().to_string()), variant)
}

/// The client of the message enum `protocol`: its name less `Msg`, `Message(s)` or `Protocol`.
pub(crate) fn client_name(protocol: &Ident) -> Ident {
    let name = protocol.unraw().to_string();
    let stem = ["Msg", "Message", "Messages", "Protocol"]
        .iter()
        .filter_map(|ending| name.strip_suffix(ending))
        .find(|stem| !stem.is_empty())
        .unwrap_or(&name);
    Ident::new(&format!("{stem}Client"), protocol.span())
}

/// A name as it is compared between a message's field and its handler's argument.
pub(crate) fn bare_name(name: &Ident) -> String {
    let name = name.unraw().to_string();
    name.strip_prefix('_').unwrap_or(&name).to_owned()
}

/// A stable hash of a name, so that two macros that cannot see each other can compare names as types.
pub(crate) fn name_hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn identifier(name: &str, like: &Ident) -> Option<Ident> {
    if syn::parse_str::<Ident>(name).is_ok() {
        return Some(Ident::new(name, like.span()));
    }
    let possible = !name.is_empty() && !matches!(name, "_" | "self" | "Self" | "super" | "crate");
    possible.then(|| Ident::new_raw(name, like.span()))
}

fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        if before.is_some_and(|before| starts_word(*before, *letter, letters.get(at + 1))) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Whether a word starts at `letter`: `addItem`, `add2Items`, `HTTPGet`.
fn starts_word(before: char, letter: char, after: Option<&char>) -> bool {
    letter.is_uppercase()
        && before != '_'
        && (!before.is_uppercase() || after.is_some_and(|after| after.is_lowercase()))
}

#[cfg(test)]
mod tests;
