//! Which options there are, by the place where they stand, each with an example of its use.

use std::fmt::Write as _;

use syn::Ident;
use syn::ext::IdentExt as _;

use super::synonym::synonyms;
use crate::errors::Message;
use crate::suggest::similar;

/// Where options can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// `#[genserver(..)]` on a state.
    Server,
    /// `#[persist(..)]` on a state.
    State,
    /// `#[persist(..)]` on a field of a state or of an old version.
    Field,
    /// `#[persist(..)]` on an old version.
    OldVersion,
    /// `#[shape(..)]` on a type.
    Shape,
    /// `#[shape(..)]` on a field.
    ShapeField,
    /// `#[protocol(..)]` on a message enum.
    Protocol,
    /// The rest of `#[handlers(M, ..)]`.
    Handlers,
}

/// Every option: its place, its name, and how it is written.
pub(crate) const OPTIONS: &[(Place, &str, &str)] = &[
    (Place::Server, "protocol", "protocol = CounterMsg"),
    (Place::Server, "env", "env = Deps"),
    (Place::Server, "args", "args = NewOrder"),
    (Place::Server, "init", "init = Order::open"),
    (Place::Server, "on_start", "on_start = Order::resume"),
    (Place::Server, "terminate", "terminate = Order::close"),
    (Place::Server, "mailbox", "mailbox = 1024"),
    (Place::Server, "call_timeout", "call_timeout = \"5s\""),
    (Place::Server, "start_timeout", "start_timeout = \"5s\""),
    (
        Place::Server,
        "shutdown_timeout",
        "shutdown_timeout = \"5s\"",
    ),
    (Place::Server, "idle_timeout", "idle_timeout = \"10m\""),
    (Place::Server, "inline", "inline = false"),
    (Place::Server, "crate", "crate = \"path\""),
    (Place::State, "interval", "interval = \"30s\""),
    (Place::State, "save_on_stop", "save_on_stop = false"),
    (Place::State, "restore", "restore = false"),
    (Place::State, "key", "key = \"counters/{name}\""),
    (Place::State, "max_age", "max_age = \"7d\""),
    (Place::State, "max_idle", "max_idle = \"30m\""),
    (
        Place::State,
        "cleanup_interval",
        "cleanup_interval = \"10m\"",
    ),
    (Place::State, "delete_on_stop", "delete_on_stop"),
    (Place::State, "version", "version = 2"),
    (Place::State, "migrate", "migrate(1 = OrderV1)"),
    (
        Place::State,
        "before_persist",
        "before_persist = Order::stamp",
    ),
    (
        Place::State,
        "after_persist",
        "after_persist = Order::saved",
    ),
    (Place::State, "on_restore", "on_restore = Order::announce"),
    (Place::State, "on_error", "on_error = report"),
    (
        Place::State,
        "on_unreadable",
        "on_unreadable = \"quarantine\"",
    ),
    (Place::State, "kind", "kind = \"orders\""),
    (Place::State, "snapshot", "snapshot = \"clone\""),
    (Place::State, "codec", "codec = \"msgpack\""),
    (Place::State, "shape", "shape = 0x9f3a11c2d4e5f607"),
    (Place::Field, "skip", "skip"),
    (Place::Field, "default", "default"),
    (Place::Field, "with", "with = \"module\""),
    (Place::Field, "as", "as = \"Vec<(_, _)>\""),
    (Place::Field, "rename", "rename = \"name\""),
    (Place::Field, "opaque", "opaque = \"chrono::DateTime@1\""),
    (Place::OldVersion, "crate", "crate = \"path\""),
    (Place::OldVersion, "kind", "kind = \"orders\""),
    (Place::OldVersion, "shape", "shape = 0x9f3a11c2d4e5f607"),
    (Place::Shape, "crate", "crate = \"path\""),
    (
        Place::ShapeField,
        "opaque",
        "opaque = \"chrono::DateTime@1\"",
    ),
    (Place::Protocol, "client", "client = CounterClient"),
    (Place::Protocol, "crate", "crate = \"path\""),
    (Place::Handlers, "crate", "crate = \"path\""),
];

impl Place {
    /// The attribute whose options these are.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Server => "genserver",
            Self::State | Self::Field | Self::OldVersion => "persist",
            Self::Shape | Self::ShapeField => "shape",
            Self::Protocol => "protocol",
            Self::Handlers => "handlers",
        }
    }

    /// Where an option of this place stands, in words.
    fn words(self) -> &'static str {
        match self {
            Self::Server => "of `#[genserver(..)]` on a state",
            Self::State => "of `#[persist(..)]` on a state",
            Self::Field => "of `#[persist(..)]` on a field",
            Self::OldVersion => "of `#[persist(..)]` on an old version",
            Self::Shape => "of `#[shape(..)]` on a type",
            Self::ShapeField => "of `#[shape(..)]` on a field",
            Self::Protocol => "of `#[protocol(..)]` on a message enum",
            Self::Handlers => "of `#[handlers(..)]`",
        }
    }

    /// How the option `name` is written.
    pub(crate) fn example(self, name: &str) -> &'static str {
        let mut found = OPTIONS
            .iter()
            .filter(|(place, option, _)| *place == self && *option == name);
        found.next().map_or("..", |(_, _, example)| example)
    }

    /// The names of all options here, in backticks.
    pub(crate) fn listed(self) -> String {
        let mut listed = String::new();
        for (at, name) in self.names().into_iter().enumerate() {
            let _ = write!(listed, "{}`{name}`", if at == 0 { "" } else { ", " });
        }
        listed
    }

    /// Whether there is no such duration where the option is left out.
    pub(crate) fn is_off_unless_given(self, name: &str) -> bool {
        match self {
            Self::Server => name == "idle_timeout",
            _ => true,
        }
    }

    /// The mistake of writing `key` where no such option exists; `written` is what stands there, as far as it is short.
    pub(crate) fn unknown(self, key: &Ident, written: Option<String>) -> Message {
        let name = key.unraw().to_string();
        if let Some((place, _, example)) = self.elsewhere(&name) {
            let fact = format!(
                "`{name}` is an option {}, not {}",
                place.words(),
                self.words()
            );
            let written = written.unwrap_or_else(|| (*example).to_owned());
            return Message::at(key, fact).help(format!("move `{written}` there"));
        }
        let message = Message::at(
            key,
            format!("unknown `{}` option `{name}`", self.attribute()),
        );
        let meant = synonyms(self, &name);
        match similar(&name, &self.names()) {
            _ if !meant.is_empty() => message.help(format!("write {}", self.examples(meant))),
            Some(near) => message.help(format!("a similar option exists: `{near}`")),
            None => message,
        }
        .note(format!("the options are {}", self.listed()))
    }

    /// Where there is an option of this name: in the same attribute, if it can be.
    fn elsewhere(self, name: &str) -> Option<&'static (Self, &'static str, &'static str)> {
        let bears_name = OPTIONS.iter().filter(|(_, option, _)| *option == name);
        let is_near =
            |place: Self| place.attribute() == self.attribute() && place != Self::OldVersion;
        bears_name
            .clone()
            .find(|(place, ..)| is_near(*place))
            .or_else(|| bears_name.clone().next())
    }

    /// How some options are written, of which one is meant.
    fn examples(self, names: &[&str]) -> String {
        let examples = names.iter().map(|name| format!("`{}`", self.example(name)));
        examples.collect::<Vec<_>>().join(" or ")
    }

    fn names(self) -> Vec<&'static str> {
        OPTIONS
            .iter()
            .filter(|(place, ..)| *place == self)
            .map(|(_, name, _)| *name)
            .collect()
    }
}
