//! What options are called elsewhere: in serde, in caches, in other crates of actors.

use super::Place;

/// Other names of options at their places, and the options that are meant, of which one is right.
pub(crate) const SYNONYMS: &[(Place, &[&str], &[&str])] = &[
    (
        Place::Server,
        &[
            "capacity",
            "mailbox_size",
            "mailbox_capacity",
            "buffer",
            "queue",
        ],
        &["mailbox"],
    ),
    (Place::Server, &["timeout"], &["call_timeout"]),
    (Place::Server, &["hibernate_after"], &["idle_timeout"]),
    (
        Place::Server,
        &["msg", "message", "messages"],
        &["protocol"],
    ),
    (Place::Server, &["started"], &["on_start"]),
    (Place::Server, &["on_stop", "stopped"], &["terminate"]),
    (
        Place::State,
        &[
            "ttl",
            "expires",
            "expiry",
            "expiration",
            "expire_after",
            "lifetime",
        ],
        &["max_age", "max_idle"],
    ),
    (
        Place::State,
        &[
            "every",
            "period",
            "save_interval",
            "snapshot_interval",
            "flush_interval",
        ],
        &["interval"],
    ),
    (
        Place::State,
        &["format", "encoding", "serializer", "serialization"],
        &["codec"],
    ),
    (Place::State, &["id"], &["key"]),
    (Place::State, &["name"], &["kind", "key"]),
    (Place::State, &["schema_version"], &["version"]),
    (Place::State, &["migrations", "upgrade"], &["migrate"]),
    (
        Place::Field,
        &[
            "ignore",
            "omit",
            "transient",
            "skip_serializing",
            "skip_deserializing",
        ],
        &["skip"],
    ),
    (Place::Field, &["name"], &["rename"]),
    (
        Place::Field,
        &["serialize_with", "deserialize_with"],
        &["with"],
    ),
    (Place::Field, &["serde_as"], &["as"]),
];

/// The options that `name` is another name of.
pub(crate) fn synonyms(place: Place, name: &str) -> &'static [&'static str] {
    SYNONYMS
        .iter()
        .find(|(here, names, _)| *here == place && names.contains(&name))
        .map_or(&[], |(_, _, meant)| meant)
}
