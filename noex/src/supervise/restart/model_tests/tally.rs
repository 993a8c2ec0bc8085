//! What the histories have shown: agreement on what never happens would mean nothing.

use crate::supervise::restart::Verdict;

#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) exits: u64,
    left: u64,
    restarted_alone: u64,
    restarted_with_others: u64,
    removed: u64,
    gave_up: u64,
    /// Exits of children that were out already.
    pub(super) late: u64,
    /// Exits while a restart was not finished, of a child that did not come up and of another.
    pub(super) not_up: u64,
    pub(super) meanwhile: u64,
}

impl Tally {
    pub(super) fn count(&mut self, verdict: &Verdict) {
        self.exits += 1;
        match verdict {
            Verdict::Leave => self.left += 1,
            Verdict::Restart(plan) if plan.start.len() == 1 => self.restarted_alone += 1,
            Verdict::Restart(_) => self.restarted_with_others += 1,
            Verdict::GiveUp { .. } => self.gave_up += 1,
        }
        if matches!(verdict, Verdict::Restart(plan) if !plan.remove.is_empty()) {
            self.removed += 1;
        }
    }

    pub(super) fn assert_complete(&self) {
        let counts = [
            self.left,
            self.restarted_alone,
            self.restarted_with_others,
            self.removed,
            self.gave_up,
            self.late,
            self.not_up,
            self.meanwhile,
        ];
        assert!(counts.iter().all(|count| *count >= 100), "{self:?}");
    }
}
