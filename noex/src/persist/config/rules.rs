//! Which options go together, a function for each rule.

use std::time::Duration;

use super::{Contradiction, Naming, PersistAttributes, PersistOptions, Snapshot};
use crate::config::error::Mistake;
use crate::config::origin::{Choice, Origin};
use crate::persist::key_template::family::FamilyKeys;
use crate::persist::key_template::{KeyError, KeyTemplate};

/// All options as chosen, the attribute's with what stands before them.
pub(super) struct Rules<'o> {
    pub(super) chosen: &'o PersistOptions,
    pub(super) attributes: &'o PersistAttributes,
}

impl Rules<'_> {
    /// Everything in which the options contradict one another.
    pub(super) fn check(&self) -> Vec<Mistake> {
        let chosen = self.chosen;
        let checks = [
            self.check_version(),
            check_not_zero("interval", &chosen.interval),
            check_not_zero("max_age", &chosen.max_age),
            check_not_zero("max_idle", &chosen.max_idle),
            check_not_zero("cleanup_interval", &chosen.cleanup_interval),
            self.check_limit("max_age", &chosen.max_age),
            self.check_limit("max_idle", &chosen.max_idle),
            self.check_cleanup(),
            self.check_delete_on_stop(),
            self.check_snapshot(),
        ];
        checks.into_iter().flatten().collect()
    }

    /// Versions count from 1, so that 0 never stands for "not given".
    fn check_version(&self) -> Option<Mistake> {
        (self.attributes.version == 0)
            .then(|| Mistake::new(Origin::Attribute, Contradiction::VersionZero))
    }

    /// A record would expire between two saves.
    fn check_limit(
        &self,
        option: &'static str,
        limit: &Choice<Option<Duration>>,
    ) -> Option<Mistake> {
        let (length, interval) = (limit.on()?, self.chosen.interval.on()?);
        if is_nothing(length) || length > interval {
            return None;
        }
        let (limit_from, interval_from) = (limit.origin(), self.chosen.interval.origin());
        let place = limit_from.foremost(&interval_from).clone();
        let contradiction = Contradiction::NotLonger {
            option,
            limit: length,
            limit_from,
            interval,
            interval_from,
        };
        Some(Mistake::new(place, contradiction))
    }

    /// Only what expires can be cleaned up.
    fn check_cleanup(&self) -> Option<Mistake> {
        let PersistOptions {
            max_age,
            max_idle,
            cleanup_interval,
            ..
        } = self.chosen;
        let interval = cleanup_interval.on()?;
        let is_there = |age: &Choice<Option<Duration>>| age.on().is_some() || age.is_faulty();
        if is_there(max_age) || is_there(max_idle) {
            return None;
        }
        let (from, age, idle) = (
            cleanup_interval.origin(),
            max_age.origin(),
            max_idle.origin(),
        );
        let place = from.foremost(age.foremost(&idle)).clone();
        let contradiction = Contradiction::NothingToCleanUp {
            interval,
            from,
            place: place.clone(),
        };
        Some(Mistake::new(place, contradiction))
    }

    /// What is deleted at the stop would be saved for nothing just before.
    fn check_delete_on_stop(&self) -> Option<Mistake> {
        let (true, delete_from) = self.chosen.delete_on_stop.with_origin()? else {
            return None;
        };
        let (true, save_from) = self.chosen.save_on_stop.with_origin()? else {
            return None;
        };
        let place = delete_from.foremost(save_from).clone();
        let contradiction = Contradiction::SavesAndDeletes {
            delete_from: delete_from.clone(),
            save_from: save_from.clone(),
        };
        Some(Mistake::new(place, contradiction))
    }

    /// How the stored fields are cloned is written by the derive where the attribute asks for it.
    fn check_snapshot(&self) -> Option<Mistake> {
        let (Snapshot::Cloned, from) = self.chosen.snapshot.with_origin()? else {
            return None;
        };
        (self.attributes.snapshot != Snapshot::Cloned)
            .then(|| Mistake::new(from.clone(), Contradiction::NotClonable))
    }
}

/// The template of the key, if there is one and it makes keys.
pub(super) fn check_key(
    key: &Choice<String>,
    naming: Naming<'_>,
) -> Result<Option<KeyTemplate>, Mistake> {
    let refused = |source| Mistake::new(key.origin(), Contradiction::Key { source });
    let template = key.get().map(|text| KeyTemplate::parse(text)).transpose();
    let template = template.map_err(refused)?;
    check_use(template.as_ref(), naming).map_err(refused)?;
    Ok(template)
}

fn check_use(template: Option<&KeyTemplate>, naming: Naming<'_>) -> Result<(), KeyError> {
    match (naming, template) {
        (Naming::Alone, Some(template)) => template.check_alone(),
        (Naming::Family(family), _) => FamilyKeys::new(family, template).map(drop),
        _ => Ok(()),
    }
}

fn check_not_zero(option: &'static str, choice: &Choice<Option<Duration>>) -> Option<Mistake> {
    let (Some(duration), from) = choice.with_origin()? else {
        return None;
    };
    is_nothing(*duration).then(|| Mistake::new(from.clone(), Contradiction::NoDuration { option }))
}

/// What is below a millisecond is nothing to a record, which keeps milliseconds.
fn is_nothing(duration: Duration) -> bool {
    duration.as_millis() == 0
}
