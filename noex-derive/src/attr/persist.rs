//! `#[persist(..)]` on a state.

use std::time::Duration;

use syn::punctuated::Punctuated;
use syn::{Attribute, ExprPath, LitInt, LitStr, Token, Type};

use super::named;
use crate::errors::Errors;
use crate::options::{Once, Place, parse_options};

/// The options of persistence as they were written.
#[derive(Default)]
pub(crate) struct PersistAttr {
    pub(crate) interval: Once<Duration>,
    pub(crate) save_on_stop: Once<bool>,
    pub(crate) restore: Once<bool>,
    pub(crate) key: Once<LitStr>,
    pub(crate) max_age: Once<Duration>,
    pub(crate) max_idle: Once<Duration>,
    pub(crate) cleanup_interval: Once<Duration>,
    pub(crate) delete_on_stop: Once<()>,
    /// `None` where its mistake has been reported.
    pub(crate) version: Once<Option<LitInt>>,
    /// `None` where its mistakes have been reported.
    pub(crate) migrate: Once<Option<Vec<MigrationAttr>>>,
    pub(crate) before_persist: Once<ExprPath>,
    pub(crate) after_persist: Once<ExprPath>,
    pub(crate) on_restore: Once<ExprPath>,
    pub(crate) on_error: Once<ExprPath>,
    pub(crate) on_unreadable: Once<LitStr>,
    pub(crate) kind: Once<LitStr>,
    pub(crate) snapshot: Once<LitStr>,
    pub(crate) codec: Once<LitStr>,
    pub(crate) shape: Once<LitInt>,
}

/// `1 = OrderV1`
pub(crate) struct MigrationAttr {
    pub(crate) version: LitInt,
    pub(crate) ty: Type,
}

/// Reads all `#[persist(..)]` among the attributes of a state, or `None` where there is none.
pub(crate) fn parse_persist(attributes: &[Attribute], errors: &Errors) -> Option<PersistAttr> {
    let mut found = None;
    for attribute in named(attributes, "persist") {
        parse_one(attribute, found.get_or_insert_default(), errors);
    }
    found
}

fn parse_one(attribute: &Attribute, found: &mut PersistAttr, errors: &Errors) {
    parse_options(attribute, Place::State, errors, |entry| {
        match entry.name().as_str() {
            // #[persist(interval = "30s")]
            "interval" => entry.set(&mut found.interval, entry.duration()),
            // #[persist(save_on_stop = false)]
            "save_on_stop" => entry.set(&mut found.save_on_stop, entry.boolean()),
            // #[persist(restore = false)]
            "restore" => entry.set(&mut found.restore, entry.boolean()),
            // #[persist(key = "counters/{name}")]
            "key" => entry.set(&mut found.key, entry.string()),
            // #[persist(max_age = "7d")]
            "max_age" => entry.set(&mut found.max_age, entry.duration()),
            // #[persist(max_idle = "30m")]
            "max_idle" => entry.set(&mut found.max_idle, entry.duration()),
            // #[persist(cleanup_interval = "10m")]
            "cleanup_interval" => entry.set(&mut found.cleanup_interval, entry.duration()),
            // #[persist(delete_on_stop)]
            "delete_on_stop" => entry.set(&mut found.delete_on_stop, entry.flag()),
            // #[persist(version = 2)]
            "version" => {
                let version = errors.keep(entry.integer());
                entry.set(&mut found.version, Ok(version))
            }
            // #[persist(migrate(1 = OrderV1))]
            "migrate" => {
                let steps = errors.keep(entry.list("versions with their types", parse_migrations));
                entry.set(&mut found.migrate, Ok(steps))
            }
            // #[persist(before_persist = Order::stamp)]
            "before_persist" => entry.set(
                &mut found.before_persist,
                entry.parsed("the path of a function"),
            ),
            // #[persist(after_persist = Order::saved)]
            "after_persist" => entry.set(
                &mut found.after_persist,
                entry.parsed("the path of a function"),
            ),
            // #[persist(on_restore = Order::announce)]
            "on_restore" => entry.set(
                &mut found.on_restore,
                entry.parsed("the path of a function"),
            ),
            // #[persist(on_error = report)]
            "on_error" => entry.set(&mut found.on_error, entry.parsed("the path of a function")),
            // #[persist(on_unreadable = "quarantine")]
            "on_unreadable" => entry.set(&mut found.on_unreadable, entry.string()),
            // #[persist(kind = "orders")]
            "kind" => entry.set(&mut found.kind, entry.string()),
            // #[persist(snapshot = "clone")]
            "snapshot" => entry.set(&mut found.snapshot, entry.string()),
            // #[persist(codec = "msgpack")]
            "codec" => entry.set(&mut found.codec, entry.string()),
            // #[persist(shape = 0x9f3a11c2d4e5f607)]
            "shape" => entry.set(&mut found.shape, entry.whole("a whole number")),
            _ => Ok(false),
        }
    });
}

fn parse_migrations(input: syn::parse::ParseStream<'_>) -> syn::Result<Vec<MigrationAttr>> {
    let steps = Punctuated::<MigrationAttr, Token![,]>::parse_terminated(input)?;
    Ok(steps.into_iter().collect())
}

impl syn::parse::Parse for MigrationAttr {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let version = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self {
            version,
            ty: input.parse()?,
        })
    }
}
