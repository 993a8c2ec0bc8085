//! Attributes, code, and what does not go together.

use std::time::Duration;

use super::{
    Contradiction, Naming, OnUnreadable, PersistAttributes, PersistConfig, PersistOptions, Snapshot,
};
use crate::config::error::Mistake;
use crate::config::{Fault, Origin};
use crate::persist::key_template::{KeyError, KeyTemplate};

const SECOND: Duration = Duration::from_secs(1);

const DECLARED: PersistAttributes = PersistAttributes {
    kind: "Order",
    version: 2,
    interval: Some(Duration::from_secs(30)),
    key: Some("shop/{name}"),
    max_age: Some(Duration::from_hours(1)),
    ..PersistAttributes::DEFAULT
};

/// The attributes as a type has them.
fn kept(attributes: &PersistAttributes) -> &'static PersistAttributes {
    Box::leak(Box::new(*attributes))
}

fn resolve(
    attributes: &PersistAttributes,
    options: &PersistOptions,
) -> Result<PersistConfig, Vec<Mistake>> {
    PersistConfig::resolve(kept(attributes), options, Naming::AtStart)
}

fn declared() -> PersistConfig {
    resolve(&DECLARED, &PersistOptions::new()).expect("no contradictions")
}

fn refused(attributes: &PersistAttributes, options: &PersistOptions) -> Vec<Contradiction> {
    let mistakes = resolve(attributes, options).expect_err("contradictions");
    let contradictions = mistakes.into_iter().map(|mistake| match mistake.fault {
        Fault::Contradiction(contradiction) => contradiction,
        other => panic!("{other}"),
    });
    contradictions.collect()
}

fn told(attributes: &PersistAttributes, options: &PersistOptions) -> Vec<String> {
    let mistakes = resolve(attributes, options).expect_err("contradictions");
    mistakes.iter().map(ToString::to_string).collect()
}

// T3: without options a server is restored and saved when it stops, and at no interval
#[test]
fn defaults_restore_and_save_at_the_stop() {
    let plain = PersistAttributes {
        kind: "Counter",
        ..PersistAttributes::DEFAULT
    };
    let config = resolve(&plain, &PersistOptions::new()).expect("no contradictions");
    let expected = PersistConfig {
        kind: "Counter".into(),
        attributes: kept(&plain),
        interval: None,
        save_on_stop: true,
        restore: true,
        key: None,
        max_age: None,
        delete_on_stop: false,
        on_unreadable: OnUnreadable::Fail,
        max_idle: None,
        cleanup_interval: None,
        snapshot: Snapshot::Inline,
    };
    assert_eq!(config, expected);
}

#[test]
fn what_code_does_not_say_stays_as_declared() {
    let config = declared();
    assert_eq!(config.interval, Some(Duration::from_secs(30)));
    assert_eq!(config.max_age, Some(Duration::from_hours(1)));
    assert_eq!(config.key, KeyTemplate::parse("shop/{name}").ok());
    assert_eq!((&*config.kind, config.attributes.version), ("Order", 2));
}

#[test]
fn code_stands_before_the_attribute() {
    let declared = PersistAttributes {
        snapshot: Snapshot::Cloned,
        shape: Some(7),
        ..DECLARED
    };
    let options = PersistOptions::new()
        .interval(SECOND)
        .save_on_stop(false)
        .restore(false)
        .key("mine")
        .max_age(2 * SECOND)
        .delete_on_stop(true)
        .on_unreadable(OnUnreadable::Quarantine)
        .max_idle(3 * SECOND)
        .cleanup_interval(4 * SECOND)
        .snapshot(Snapshot::Inline);
    let expected = PersistConfig {
        kind: "Order".into(),
        attributes: kept(&declared),
        interval: Some(SECOND),
        save_on_stop: false,
        restore: false,
        key: KeyTemplate::parse("mine").ok(),
        max_age: Some(2 * SECOND),
        delete_on_stop: true,
        on_unreadable: OnUnreadable::Quarantine,
        max_idle: Some(3 * SECOND),
        cleanup_interval: Some(4 * SECOND),
        snapshot: Snapshot::Inline,
    };
    assert_eq!(
        resolve(&declared, &options).expect("no contradictions"),
        expected
    );
}

#[test]
fn durations_can_be_switched_off() {
    let options = PersistOptions::new().interval(None).max_age(None);
    let config = resolve(&DECLARED, &options).expect("no contradictions");
    assert_eq!((config.interval, config.max_age), (None, None));
}

// T4: a server that deletes its record at the stop does not save it there, unless both were written
#[test]
fn deleting_at_the_stop_means_not_saving_there() {
    let deleting = PersistOptions::new().delete_on_stop(true);
    let config = resolve(&DECLARED, &deleting).expect("no contradictions");
    assert!(config.delete_on_stop && !config.save_on_stop);

    let both = PersistAttributes {
        save_on_stop: Some(true),
        ..DECLARED
    };
    let error = refused(&both, &deleting);
    assert!(
        matches!(error[..], [Contradiction::SavesAndDeletes { .. }]),
        "{error:?}"
    );
    let settled = deleting.save_on_stop(false);
    assert!(resolve(&both, &settled).is_ok());
}

#[test]
fn a_max_age_is_longer_than_the_interval() {
    for max_age in [30 * SECOND, 29 * SECOND] {
        let error = refused(&DECLARED, &PersistOptions::new().max_age(max_age));
        assert!(
            matches!(
                error[..],
                [Contradiction::NotLonger {
                    option: "max_age",
                    ..
                }]
            ),
            "{error:?}"
        );
    }
    let longer = PersistOptions::new().max_age(30 * SECOND + Duration::from_millis(1));
    assert!(resolve(&DECLARED, &longer).is_ok());
    let no_interval = PersistOptions::new().max_age(SECOND).interval(None);
    assert!(resolve(&DECLARED, &no_interval).is_ok());
}

#[test]
fn a_max_idle_is_longer_than_the_interval() {
    let error = refused(&DECLARED, &PersistOptions::new().max_idle(30 * SECOND));
    assert!(
        matches!(
            error[..],
            [Contradiction::NotLonger {
                option: "max_idle",
                ..
            }]
        ),
        "{error:?}"
    );
}

#[test]
fn only_what_expires_can_be_cleaned_up() {
    let cleaning = PersistOptions::new().cleanup_interval(SECOND);
    assert!(resolve(&DECLARED, &cleaning).is_ok());
    let nothing = cleaning.max_age(None);
    let error = refused(&DECLARED, &nothing);
    assert!(
        matches!(error[..], [Contradiction::NothingToCleanUp { .. }]),
        "{error:?}"
    );
    let idle = nothing.max_idle(60 * SECOND);
    assert!(resolve(&DECLARED, &idle).is_ok());
}

#[test]
fn a_state_is_cloned_only_where_its_type_says_how() {
    let cloning = PersistOptions::new().snapshot(Snapshot::Cloned);
    let error = refused(&DECLARED, &cloning);
    assert!(
        matches!(error[..], [Contradiction::NotClonable]),
        "{error:?}"
    );
    let clonable = PersistAttributes {
        snapshot: Snapshot::Cloned,
        ..DECLARED
    };
    let config = resolve(&clonable, &cloning).expect("no contradictions");
    assert_eq!(config.snapshot, Snapshot::Cloned);
}

#[test]
fn all_contradictions_are_listed_at_once() {
    let declared = PersistAttributes {
        version: 0,
        save_on_stop: Some(true),
        ..DECLARED
    };
    let options = PersistOptions::new()
        .interval(Duration::ZERO)
        .key("{id}")
        .delete_on_stop(true);
    let error = refused(&declared, &options);
    assert!(
        matches!(
            error[..],
            [
                Contradiction::VersionZero,
                Contradiction::NoDuration { option: "interval" },
                Contradiction::SavesAndDeletes { .. },
                Contradiction::Key {
                    source: KeyError::UnknownPlaceholder { .. }
                },
            ]
        ),
        "{error:?}"
    );
    assert_eq!(
        told(&declared, &options),
        [
            "in the attribute: `version` is 0, versions count from 1",
            "in code: `interval` is shorter than a millisecond; leave it out, or switch it off",
            "in code: `delete_on_stop = true` contradicts `save_on_stop = true` in the attribute",
            "in code: the `key` template `{id}` holds the unknown placeholder `{id}`, known are `{name}` and `{family}`",
        ]
    );
}

#[test]
fn a_contradiction_says_where_both_values_were_written() {
    let slow = PersistOptions::new().interval(Duration::from_mins(90));
    assert_eq!(
        told(&DECLARED, &slow),
        ["in code: `max_age` (1h, in the attribute) is not longer than `interval` (1h 30m)"]
    );
    let both = slow.max_age(SECOND);
    assert_eq!(
        told(&DECLARED, &both),
        ["in code: `max_age` (1s) is not longer than `interval` (1h 30m)"]
    );
}

#[test]
fn an_age_that_was_switched_off_is_why_nothing_can_be_cleaned_up() {
    let cleaning = PersistAttributes {
        cleanup_interval: Some(SECOND),
        ..DECLARED
    };
    let off = PersistOptions::new().max_age(None);
    assert_eq!(
        told(&cleaning, &off),
        [
            "in code: `cleanup_interval` (1s, in the attribute) has no effect without `max_age` or `max_idle`; say `.cleanup_interval(None)`, too"
        ]
    );
}

// S7: a template in a family ends in `{name}`, and one outside names no family
#[test]
fn a_template_fits_its_use() {
    let refused = |template: &str, naming| {
        let options = PersistOptions::new().key(template);
        let refused = PersistConfig::resolve(&DECLARED, &options, naming);
        let mistakes = refused.expect_err("it does not fit");
        assert!(
            mistakes
                .iter()
                .all(|mistake| mistake.origin == Origin::Code)
        );
        mistakes
            .into_iter()
            .map(|mistake| mistake.fault)
            .collect::<Vec<_>>()
    };
    let last = refused("{name}/x", Naming::Family("orders"));
    assert!(
        matches!(
            last[..],
            [Fault::Contradiction(Contradiction::Key {
                source: KeyError::NameNotLast { .. }
            })]
        ),
        "{last:?}"
    );
    let alone = refused("{family}/{name}", Naming::Alone);
    assert!(
        matches!(
            alone[..],
            [Fault::Contradiction(Contradiction::Key {
                source: KeyError::NoFamily { .. }
            })]
        ),
        "{alone:?}"
    );
    let options = PersistOptions::new().key("{family}/{name}");
    assert!(PersistConfig::resolve(&DECLARED, &options, Naming::Family("orders")).is_ok());
}
