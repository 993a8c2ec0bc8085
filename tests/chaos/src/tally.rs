//! What all rounds together came to, so that one can see that they were about something.

use std::fmt;

/// The sum of a run.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Rounds that were played.
    pub rounds: u64,
    /// Lives of a system in them.
    pub lives: u64,
    /// Those that ended by a power cut.
    pub cuts: u64,
    /// Incarnations that began.
    pub incarnations: u64,
    /// Messages that were handled.
    pub handled: u64,
    /// Checkpoints that were answered.
    pub checkpoints: u64,
    /// Writes that took effect.
    pub writes: u64,
    /// Servers that crashed.
    pub crashes: u64,
    /// Servers that were killed at a deadline.
    pub kills: u64,
    /// Servers that lost their key.
    pub fenced: u64,
    /// Starts that failed.
    pub failed_starts: u64,
    /// Restarts by supervisors.
    pub restarts: u64,
    /// Supervisors that gave up.
    pub given_up: u64,
    /// Servers that were parked.
    pub parked: u64,
    /// Saves that failed.
    pub failed_saves: u64,
    /// Servers that were asked, once the trouble was over, and answered.
    pub answering: u64,
    /// Servers that had a reason not to.
    pub silent: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        let sums = [
            (&mut self.rounds, other.rounds),
            (&mut self.lives, other.lives),
            (&mut self.cuts, other.cuts),
            (&mut self.incarnations, other.incarnations),
            (&mut self.handled, other.handled),
            (&mut self.checkpoints, other.checkpoints),
            (&mut self.writes, other.writes),
            (&mut self.crashes, other.crashes),
            (&mut self.kills, other.kills),
            (&mut self.fenced, other.fenced),
            (&mut self.failed_starts, other.failed_starts),
            (&mut self.restarts, other.restarts),
            (&mut self.given_up, other.given_up),
            (&mut self.parked, other.parked),
            (&mut self.failed_saves, other.failed_saves),
            (&mut self.answering, other.answering),
            (&mut self.silent, other.silent),
        ];
        for (sum, more) in sums {
            *sum += more;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} rounds, {} lives, {} power cuts; {} incarnations handled {} messages, with {} checkpoints and {} writes; \
             {} crashes, {} kills, {} fenced, {} failed starts, {} failed saves; {} restarts, {} supervisors gave up, \
             {} parked; in the end {} servers answered and {} had a reason not to; nothing was lost",
            self.rounds,
            self.lives,
            self.cuts,
            self.incarnations,
            self.handled,
            self.checkpoints,
            self.writes,
            self.crashes,
            self.kills,
            self.fenced,
            self.failed_starts,
            self.failed_saves,
            self.restarts,
            self.given_up,
            self.parked,
            self.answering,
            self.silent,
        )
    }
}
