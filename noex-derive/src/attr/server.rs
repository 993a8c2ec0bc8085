//! `#[genserver(..)]` on a state.

use std::time::Duration;

use syn::{Attribute, ExprPath, LitInt, Type};

use super::{Crate, named, parse_crate};
use crate::errors::Errors;
use crate::options::{Once, Place, parse_options};

/// The options of a server as they were written.
#[derive(Default)]
pub(crate) struct ServerAttr {
    pub(crate) protocol: Once<Type>,
    pub(crate) env: Once<Type>,
    pub(crate) args: Once<Type>,
    pub(crate) init: Once<ExprPath>,
    pub(crate) on_start: Once<ExprPath>,
    pub(crate) terminate: Once<ExprPath>,
    pub(crate) mailbox: Once<LitInt>,
    pub(crate) call_timeout: Once<Duration>,
    pub(crate) start_timeout: Once<Duration>,
    pub(crate) shutdown_timeout: Once<Duration>,
    pub(crate) idle_timeout: Once<Duration>,
    pub(crate) inline: Once<bool>,
    pub(crate) krate: Crate,
    /// Whether mistakes have been reported, so that what seems to be missing may be what they hide.
    pub(crate) is_faulty: bool,
}

/// Reads all `#[genserver(..)]` among `attributes`.
pub(crate) fn parse_server(attributes: &[Attribute], errors: &Errors) -> ServerAttr {
    let mut found = ServerAttr::default();
    let before = errors.count();
    for attribute in named(attributes, "genserver") {
        parse_options(attribute, Place::Server, errors, |entry| {
            match entry.name().as_str() {
                // #[genserver(protocol = CounterMsg)]
                "protocol" => entry.set(&mut found.protocol, entry.parsed("a message enum")),
                // #[genserver(env = Deps)]
                "env" => entry.set(&mut found.env, entry.parsed("a type")),
                // #[genserver(args = NewOrder)]
                "args" => entry.set(&mut found.args, entry.parsed("a type")),
                // #[genserver(init = Order::open)]
                "init" => entry.set(&mut found.init, entry.parsed("the path of a function")),
                // #[genserver(on_start = Order::resume)]
                "on_start" => {
                    entry.set(&mut found.on_start, entry.parsed("the path of a function"))
                }
                // #[genserver(terminate = Order::close)]
                "terminate" => {
                    entry.set(&mut found.terminate, entry.parsed("the path of a function"))
                }
                // #[genserver(mailbox = 1024)]
                "mailbox" => entry.set(&mut found.mailbox, entry.integer()),
                // #[genserver(call_timeout = "5s")]
                "call_timeout" => entry.set(&mut found.call_timeout, entry.duration()),
                // #[genserver(start_timeout = "5s")]
                "start_timeout" => entry.set(&mut found.start_timeout, entry.duration()),
                // #[genserver(shutdown_timeout = "5s")]
                "shutdown_timeout" => entry.set(&mut found.shutdown_timeout, entry.duration()),
                // #[genserver(idle_timeout = "10m")]
                "idle_timeout" => entry.set(&mut found.idle_timeout, entry.duration()),
                // #[genserver(inline = false)]
                "inline" => entry.set(&mut found.inline, entry.boolean()),
                // #[genserver(crate = "path")]
                "crate" => parse_crate(entry, &mut found.krate),
                _ => Ok(false),
            }
        });
    }
    found.is_faulty = errors.count() > before;
    found
}
