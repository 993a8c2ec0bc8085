//! The rules of `#[genserver(..)]`.

use syn::{DeriveInput, Ident, LitInt, Type};

use super::field::check_default;
use super::item::check_item;
use super::persist::check_persist;
use crate::attr::crate_path;
use crate::attr::persist::parse_persist;
use crate::attr::server::{ServerAttr, parse_server};
use crate::errors::{Errors, Message};
use crate::model::{Server, State};
use crate::options::{Given, Once};

/// Reads and checks a state with all its attributes.
pub(crate) fn check_state(input: &DeriveInput, errors: &Errors) -> Option<State> {
    let attr = parse_server(&input.attrs, errors);
    let persist = parse_persist(&input.attrs, errors);
    let krate = crate_path(&attr.krate);
    let item = check_item(input, krate, persist.is_some(), errors);
    if let Some(item) = &item {
        let unstored = item.unstored_parameters();
        item.stored_fields()
            .for_each(|field| check_default(field, &unstored, errors));
    }
    let persist = persist.map(|persist| check_persist(persist, input, errors));
    let server = check_server(attr, &input.ident, errors);
    Some(State {
        item: item?,
        server,
        persist,
    })
}

fn check_server(attr: ServerAttr, state: &Ident, errors: &Errors) -> Server {
    check_args(&attr, errors);
    Server {
        protocol: check_protocol(&attr, state, errors),
        env: value(attr.env),
        args: value(attr.args),
        init: value(attr.init),
        on_start: value(attr.on_start),
        terminate: value(attr.terminate),
        mailbox: attr
            .mailbox
            .and_then(|mailbox| errors.keep(check_mailbox(&mailbox))),
        call_timeout: value(attr.call_timeout),
        start_timeout: value(attr.start_timeout),
        shutdown_timeout: value(attr.shutdown_timeout),
        idle_timeout: value(attr.idle_timeout),
        inline: value(attr.inline),
    }
}

/// A server without messages could never be asked anything.
fn check_protocol(attr: &ServerAttr, state: &Ident, errors: &Errors) -> Option<Type> {
    if let Some(protocol) = &attr.protocol {
        return errors.keep(check_is_other(&protocol.value, state));
    }
    if !attr.is_faulty {
        errors.push(
            Message::at(state, format!("server `{state}` has no protocol"))
                .help("add `#[genserver(protocol = <the message enum>)]`"),
        );
    }
    None
}

/// A state is not its own protocol.
fn check_is_other(protocol: &Type, state: &Ident) -> Result<Type, Message> {
    if !is_named(protocol, state) {
        return Ok(protocol.clone());
    }
    Err(Message::at(
        protocol,
        format!("`{state}` is the state itself, not its message enum"),
    )
    .help("name the enum with `#[derive(Protocol)]`, as in `protocol = CounterMsg`"))
}

/// Whether `ty` is written as `name` or `Self`, whatever its parameters.
pub(crate) fn is_named(ty: &Type, name: &Ident) -> bool {
    let Type::Path(path) = ty else { return false };
    let mut segments = path.path.segments.iter();
    let (first, second) = (segments.next(), segments.next());
    path.qself.is_none()
        && second.is_none()
        && first.is_some_and(|first| first.ident == *name || first.ident == "Self")
}

/// Only `init` can make a state from `args`.
fn check_args(attr: &ServerAttr, errors: &Errors) {
    if let (Some(args), None, false) = (&attr.args, &attr.init, attr.is_faulty) {
        errors.push(
            Message::at(&args.key, "`args` has no effect without `init`")
                .help("add `init = <the function that makes the state from them>`"),
        );
    }
}

/// More messages than memory has room for: a slip.
const LARGEST_MAILBOX: usize = 1_000_000_000;

/// A mailbox without room would refuse every message.
fn check_mailbox(mailbox: &Given<LitInt>) -> Result<usize, Message> {
    let literal = &mailbox.value;
    match literal.base10_parse::<usize>() {
        Ok(0) => Err(Message::at(literal, "`mailbox` cannot be zero")
            .help("write it as in `mailbox = 1024`")),
        Ok(room) if room <= LARGEST_MAILBOX => Ok(room),
        _ => Err(Message::at(
            literal,
            format!("`{literal}` is more than a mailbox can hold"),
        )
        .help("write it as in `mailbox = 1024`")
        .note(format!(
            "a mailbox holds at most {LARGEST_MAILBOX} messages"
        ))),
    }
}

fn value<T>(given: Once<T>) -> Option<T> {
    given.map(|given| given.value)
}
