//! The rules of `#[persist(..)]` on a state.

use std::time::Duration;

use syn::{DeriveInput, LitInt, LitStr, Type};

use super::key::check_template;
use super::lock::check_lock;
use crate::attr::persist::{MigrationAttr, PersistAttr};
use crate::errors::{Errors, Message};
use crate::model::Persist;
use crate::options::{Given, Once};

/// Checks the options of persistence against each other and against the state.
pub(crate) fn check_persist(
    mut attr: PersistAttr,
    input: &DeriveInput,
    errors: &Errors,
) -> Persist {
    check_limit(attr.max_age.as_ref(), &attr, errors);
    check_limit(attr.max_idle.as_ref(), &attr, errors);
    check_cleanup(&attr, errors);
    check_delete(&attr, errors);
    check_restore(&attr, errors);
    check_kind(&attr, input, errors);
    check_template(attr.key.as_ref(), errors);
    let version = check_version(&attr, errors);
    let old_versions = check_migrations(&mut attr, version, errors);
    Persist {
        interval: value(attr.interval),
        save_on_stop: value(attr.save_on_stop),
        restore: value(attr.restore),
        key: value(attr.key),
        max_age: value(attr.max_age),
        max_idle: value(attr.max_idle),
        cleanup_interval: value(attr.cleanup_interval),
        delete_on_stop: attr.delete_on_stop.is_some(),
        old_versions,
        version: version.unwrap_or(1),
        before_persist: value(attr.before_persist),
        after_persist: value(attr.after_persist),
        on_restore: value(attr.on_restore),
        on_error: value(attr.on_error),
        quarantine: check_choice(attr.on_unreadable.as_ref(), &UNREADABLE, errors),
        kind: value(attr.kind),
        clones: check_choice(attr.snapshot.as_ref(), &SNAPSHOT, errors),
        msgpack: check_choice(attr.codec.as_ref(), &CODEC, errors)
            .is_some_and(|is_msgpack| is_msgpack)
            .then(|| value(attr.codec))
            .flatten(),
        shape: check_lock(attr.shape, input, errors),
    }
}

/// A record that expires before the next save is lost although its server lives.
fn check_limit(limit: Option<&Given<Duration>>, attr: &PersistAttr, errors: &Errors) {
    let (Some(limit), Some(interval)) = (limit, &attr.interval) else {
        return;
    };
    if limit.value > interval.value {
        return;
    }
    let (name, span, between) = (&limit.key, words(limit.value), words(interval.value));
    errors.push(
        Message::at(
            name,
            format!("`{name}` ({span}) is not longer than `interval` ({between})"),
        )
        .help(format!(
            "a record would expire between two saves; make `{name}` longer, or `interval` shorter"
        )),
    );
}

/// Only what expires can be cleaned up.
fn check_cleanup(attr: &PersistAttr, errors: &Errors) {
    let (Some(cleanup), None, None) = (&attr.cleanup_interval, &attr.max_age, &attr.max_idle)
    else {
        return;
    };
    errors.push(
        Message::at(
            &cleanup.key,
            "`cleanup_interval` has no effect without `max_age` or `max_idle`",
        )
        .help("add `max_age = \"7d\"` or `max_idle = \"30m\"`, or remove it"),
    );
}

/// A stop either saves the last state or deletes it.
fn check_delete(attr: &PersistAttr, errors: &Errors) {
    let (Some(delete), Some(save)) = (&attr.delete_on_stop, &attr.save_on_stop) else {
        return;
    };
    if save.value {
        errors.push(
            Message::at(
                &delete.key,
                "`delete_on_stop` contradicts `save_on_stop = true`",
            )
            .help("remove one of the two"),
        );
    }
}

/// What only runs on restoring has no effect where nothing is restored.
fn check_restore(attr: &PersistAttr, errors: &Errors) {
    if attr.restore.as_ref().is_none_or(|restore| restore.value) {
        return;
    }
    let migrate = attr.migrate.as_ref().map(|given| &given.key);
    let on_restore = attr.on_restore.as_ref().map(|given| &given.key);
    for key in [migrate, on_restore].into_iter().flatten() {
        errors.push(
            Message::at(key, format!("`{key}` has no effect with `restore = false`"))
                .help("remove one of the two"),
        );
    }
}

/// The records of a generic state bear one kind, whatever its parameters are, so its user has to say which.
fn check_kind(attr: &PersistAttr, input: &DeriveInput, errors: &Errors) {
    if let Some(kind) = &attr.kind {
        if kind.value.value().is_empty() {
            errors.push(
                Message::at(&kind.value, "`kind` cannot be empty")
                    .help("write it as in `kind = \"orders\"`"),
            );
        }
        return;
    }
    if input.generics.type_params().next().is_none()
        && input.generics.const_params().next().is_none()
    {
        return;
    }
    errors.push(
        Message::at(
            &input.ident,
            format!(
                "stored state `{}` is generic and has no `kind`",
                input.ident
            ),
        )
        .help("add `kind = \"..\"` to `#[persist(..)]`")
        .note("the kind is kept in every record, so that no other state is restored from it"),
    );
}

/// Versions count from 1.
fn check_version(attr: &PersistAttr, errors: &Errors) -> Option<u32> {
    let Some(version) = &attr.version else {
        return Some(1);
    };
    errors.keep(version_number(
        version.value.as_ref()?,
        "write it as in `version = 2`",
    ))
}

fn version_number(literal: &LitInt, help: &str) -> Result<u32, Message> {
    match literal.base10_parse::<u32>() {
        Ok(0) => Err(Message::at(literal, "versions count from 1").help(help)),
        Ok(number) => Ok(number),
        Err(_) => Err(Message::at(literal, format!("`{literal}` is no version")).help(help)),
    }
}

/// Every older version has one step, and no other version has any.
fn check_migrations(attr: &mut PersistAttr, current: Option<u32>, errors: &Errors) -> Vec<Type> {
    let (Some(current), Some(given)) = (current, take_steps(attr)) else {
        return Vec::new();
    };
    let wanted = given.len();
    let mut steps: Vec<(u32, Type)> = Vec::new();
    for migration in given {
        steps.extend(errors.keep(check_step(migration, current, &steps)));
    }
    if steps.len() == wanted && attr.restore.as_ref().is_none_or(|restore| restore.value) {
        errors.keep(check_gaps(attr, current, &steps));
    }
    steps.sort_by_key(|(version, _)| *version);
    steps.into_iter().map(|(_, ty)| ty).collect()
}

/// The steps that were given, or `None` where their mistakes have been reported.
fn take_steps(attr: &mut PersistAttr) -> Option<Vec<MigrationAttr>> {
    attr.migrate
        .as_mut()
        .map_or(Some(Vec::new()), |given| given.value.take())
}

fn check_gaps(attr: &PersistAttr, current: u32, steps: &[(u32, Type)]) -> Result<(), Message> {
    let migrate = attr.migrate.as_ref().map(|given| &given.key);
    let place = migrate.or(attr.version.as_ref().map(|given| &given.key));
    let missing = (1..current).find(|version| steps.iter().all(|(step, _)| step != version));
    match (missing, place) {
        (Some(missing), Some(place)) => Err(no_migration(place, missing)),
        _ => Ok(()),
    }
}

fn check_step(
    step: MigrationAttr,
    current: u32,
    earlier: &[(u32, Type)],
) -> Result<(u32, Type), Message> {
    let help = "name the version that records have, as in `migrate(1 = OrderV1)`";
    let version = version_number(&step.version, help)?;
    if version >= current {
        return Err(Message::at(
            &step.version,
            format!("version {version} is not older than the current one, {current}"),
        )
        .help(format!(
            "write `version = {}`, or remove the step",
            version.saturating_add(1)
        )));
    }
    if earlier.iter().any(|(earlier, _)| *earlier == version) {
        return Err(Message::at(
            &step.version,
            format!("duplicate migration from version {version}"),
        )
        .help("keep one of the two"));
    }
    Ok((version, step.ty))
}

fn no_migration(place: &syn::Ident, missing: u32) -> Message {
    let next = missing.saturating_add(1);
    Message::at(
        place,
        format!("no migration from version {missing} to version {next}"),
    )
    .help(format!(
        "add `{missing} = <the type of version {missing}>` to `migrate`"
    ))
}

/// An option with two values, of which the second is the one that has to be asked for.
struct Choice {
    what: &'static str,
    usual: &'static str,
    other: &'static str,
}

const UNREADABLE: Choice = Choice {
    what: "a way to treat unreadable records",
    usual: "fail",
    other: "quarantine",
};

const SNAPSHOT: Choice = Choice {
    what: "a way to take a snapshot",
    usual: "inline",
    other: "clone",
};

const CODEC: Choice = Choice {
    what: "a codec",
    usual: "json",
    other: "msgpack",
};

/// Whether the second of two values was given.
fn check_choice(given: Option<&Given<LitStr>>, choice: &Choice, errors: &Errors) -> Option<bool> {
    let literal = &given?.value;
    let Choice { what, usual, other } = choice;
    match literal.value() {
        text if text == *usual => Some(false),
        text if text == *other => Some(true),
        text => {
            errors.push(
                Message::at(literal, format!("`{text}` is not {what}"))
                    .help(format!("write `\"{usual}\"` or `\"{other}\"`")),
            );
            None
        }
    }
}

/// A duration as a user would write it.
fn words(duration: Duration) -> String {
    let mut rest = duration.as_millis();
    let mut parts = Vec::new();
    for (unit, name) in [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "m"),
        (1_000, "s"),
        (1, "ms"),
    ] {
        if rest >= unit {
            parts.push(format!("{}{name}", rest / unit));
            rest %= unit;
        }
    }
    parts.join(" ")
}

fn value<T>(given: Once<T>) -> Option<T> {
    given.map(|given| given.value)
}
