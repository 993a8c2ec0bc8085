//! What somebody may have meant who wrote a name that does not exist.

/// The one of `known` that is nearest to `name`, if it is near.
pub(crate) fn similar<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The names in backticks, one after the other.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = names.into_iter().map(|name| format!("`{name}`"));
    quoted.collect::<Vec<_>>().join(", ")
}

/// What options are called elsewhere, and the options that are meant, of which one is right.
const SYNONYMS: &[(&[&str], &[&str])] = &[
    (
        &[
            "capacity",
            "mailbox_size",
            "mailbox_capacity",
            "buffer",
            "queue",
        ],
        &["mailbox"],
    ),
    (&["timeout"], &["call_timeout"]),
    (&["hibernate_after"], &["idle_timeout"]),
    (
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
        &[
            "every",
            "period",
            "save_interval",
            "snapshot_interval",
            "flush_interval",
        ],
        &["interval"],
    ),
    (&["id", "name"], &["key"]),
];

/// The ones of `known` that `name` is another name of.
pub(crate) fn synonyms<'a>(name: &str, known: &[&'a str]) -> Vec<&'a str> {
    let found = SYNONYMS.iter().find(|(names, _)| names.contains(&name));
    let meant = found.map_or(&[][..], |(_, meant)| meant);
    let known = known.iter().copied();
    known.filter(|option| meant.contains(option)).collect()
}

/// How many letters have to be inserted, left out or replaced.
fn distance(left: &str, right: &str) -> usize {
    let first: Vec<usize> = (0..=right.chars().count()).collect();
    let last = left
        .chars()
        .enumerate()
        .fold(first, |above, (row, letter)| {
            let mut best = row + 1;
            let mut current = vec![best];
            for (other, pair) in right.chars().zip(above.windows(2)) {
                let &[diagonal, above] = pair else { break };
                best = (diagonal + usize::from(letter != other))
                    .min(above + 1)
                    .min(best + 1);
                current.push(best);
            }
            current
        });
    last.last().copied().unwrap_or_default()
}
