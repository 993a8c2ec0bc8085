//! Between the words of the model and those of the decision.

use std::time::Duration;

use super::model::{Deed, Name, Rules, Together};
use crate::supervise::restart::{Backoff, Intensity, Plan, Policy, Strategy, Verdict};

pub(super) fn policy(rules: &Rules) -> Policy {
    let strategy = match rules.together {
        Together::Nobody => Strategy::OneForOne,
        Together::Everybody => Strategy::OneForAll,
        Together::Later => Strategy::RestForOne,
    };
    let millis = Duration::from_millis;
    let allowed = u32::try_from(rules.allowed).expect("it is small");
    let delay = Backoff::new(millis(rules.first_wait), millis(rules.longest_wait));
    Policy {
        strategy,
        intensity: Intensity::new(allowed, millis(rules.window)),
        delay: (rules.longest_wait > 0).then_some(delay),
    }
}

pub(super) fn name(place: usize) -> Name {
    ('a'..='z').nth(place).expect("there are few children")
}

/// A verdict in the words of the model.
pub(super) fn deeds(verdict: &Verdict) -> Vec<Deed> {
    let stop = |who: &usize| Deed::Stop(name(*who));
    match verdict {
        Verdict::Leave => Vec::new(),
        Verdict::GiveUp { stop: those } => those.iter().map(stop).chain([Deed::Fail]).collect(),
        Verdict::Restart(plan) => plan_deeds(plan),
    }
}

fn plan_deeds(plan: &Plan) -> Vec<Deed> {
    let mut deeds = Vec::new();
    for who in &plan.stop {
        deeds.push(Deed::Stop(name(*who)));
        if plan.remove.contains(who) {
            deeds.push(Deed::Forget(name(*who)));
        }
    }
    let never_stopped = plan.remove.iter().filter(|who| !plan.stop.contains(who));
    deeds.extend(never_stopped.map(|who| Deed::Forget(name(*who))));
    deeds.push(wait(plan.after));
    deeds.extend(plan.start.iter().map(|who| Deed::Start(name(*who))));
    deeds
}

/// Between the milliseconds before and after it.
fn wait(after: Duration) -> Deed {
    const MILLISECOND: u128 = 1_000_000;
    let millis = |nanos: u128| u64::try_from(nanos).expect("a short wait");
    let nanos = after.as_nanos();
    Deed::Wait(
        millis(nanos / MILLISECOND),
        millis(nanos.div_ceil(MILLISECOND)),
    )
}

pub(super) fn agree(found: &[Deed], expected: &[Deed]) -> bool {
    let same = |(found, expected): (&Deed, &Deed)| match (*found, *expected) {
        (Deed::Wait(from, to), Deed::Wait(least, most)) => least <= from && to <= most,
        (found, expected) => found == expected,
    };
    found.len() == expected.len() && found.iter().zip(expected).all(same)
}
