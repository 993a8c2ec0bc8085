//! The rules of `key`, the template from which a server's key is made.

use syn::LitStr;

use crate::errors::{Errors, Message};
use crate::literal::{KeyFault, check_key};
use crate::options::Given;

/// A template that is wrong would only be found when a server starts.
pub(crate) fn check_template(key: Option<&Given<LitStr>>, errors: &Errors) {
    let Some(key) = key else { return };
    if let Err(fault) = check_key(&key.value.value()) {
        let (fact, help) = in_words(&fault);
        errors.push(Message::at(&key.value, fact).help(help));
    }
}

fn in_words(fault: &KeyFault) -> (String, &'static str) {
    let placeholders = "the placeholders are `{name}` and, in a family, `{family}`, as in `key = \"counters/{name}\"`";
    match fault {
        KeyFault::Empty => ("`key` cannot be empty".to_owned(), placeholders),
        KeyFault::UnknownPlaceholder(name) => (
            format!("unknown placeholder `{{{name}}}` in `key`"),
            placeholders,
        ),
        KeyFault::OpenBrace => (
            "`key` has a brace without its partner".to_owned(),
            "write a placeholder, as in `{name}`, or the brace twice, as in `{{`",
        ),
        KeyFault::Zero => (
            "`key` holds a zero character, which no store takes".to_owned(),
            "leave it out",
        ),
        KeyFault::TooLong => (
            "`key` is longer than the 1024 bytes a store takes".to_owned(),
            "write a shorter one, as in `key = \"counters/{name}\"`",
        ),
    }
}
