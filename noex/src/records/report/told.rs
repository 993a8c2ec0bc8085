//! A report in words, and its fields in JSON.

use std::fmt::{self, Display, Write as _};
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::{Form, Report};
use crate::error::Chain;
use crate::store::{Key, StoreError};

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, version, .. } = self;
        let of_kind: u64 = self.forms.values().sum();
        writeln!(
            f,
            "{} of `{kind}`, today's version is {version}; {} of {} looked at in {:?}",
            counted(of_kind, "record"),
            self.looked_at,
            counted(self.keys, "key"),
            Duration::from_millis(ms(self.took)),
        )?;
        list(f, "  ", &self.forms)?;
        list(f, "  of another kind, ", &self.other_kinds)?;
        self.tell_outdated(f)?;
        self.tell_failures(f)?;
        match &self.gave_up {
            Some(error) => write!(f, "given up before the end: {}", Chain(error)),
            None if self.failed.is_empty() => f.write_str("nothing failed"),
            None => f.write_str("the others are sound"),
        }
    }
}

impl Report {
    fn tell_outdated(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.outdated == 0 {
            return Ok(());
        }
        let mut fates = String::new();
        for (count, fate) in [
            (self.migrated, "migrated"),
            (self.live, "with a live server"),
            (self.overtaken, "changed meanwhile"),
        ] {
            if count > 0 {
                write!(fates, ", {count} {fate}")?;
            }
        }
        writeln!(f, "{} of an older form{fates}", self.outdated)
    }

    fn tell_failures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, "failed, ", &self.failed)?;
        for failure in &self.failures {
            writeln!(f, "  {}", Chain(failure))?;
        }
        let all: u64 = self.failed.values().sum();
        let told = u64::try_from(self.failures.len()).unwrap_or(all);
        if all > told {
            writeln!(f, "  .. and {} more", all - told)?;
        }
        Ok(())
    }
}

impl Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {} ({})", self.version, self.codec)
    }
}

/// As text, so that it can be the key of a JSON object.
impl Serialize for Form {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_str(self)
    }
}

fn list<'a, T: Display + 'a>(
    f: &mut fmt::Formatter<'_>,
    lead: &str,
    counts: impl IntoIterator<Item = (T, &'a u64)>,
) -> fmt::Result {
    for (what, count) in counts {
        writeln!(f, "{lead}{what}: {count}")?;
    }
    Ok(())
}

fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

pub(super) fn whole_ms<Z: Serializer>(took: &Duration, z: Z) -> Result<Z::Ok, Z::Error> {
    z.serialize_u64(ms(*took))
}

#[expect(clippy::ref_option, reason = "serde asks for a reference to the field")]
pub(super) fn text<Z: Serializer>(key: &Option<Key>, z: Z) -> Result<Z::Ok, Z::Error> {
    key.as_ref().map(Key::as_str).serialize(z)
}

#[expect(clippy::ref_option, reason = "serde asks for a reference to the field")]
pub(super) fn chain<Z: Serializer>(error: &Option<StoreError>, z: Z) -> Result<Z::Ok, Z::Error> {
    let told = error.as_ref().map(|error| Chain(error).to_string());
    told.serialize(z)
}
