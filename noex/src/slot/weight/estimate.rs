//! What is known of how long a handler runs, and what follows from it: plain values, without a clock.

#[cfg(test)]
mod tests;

use std::time::Duration;

/// Longer than this on the mean, in nanoseconds, a handler is heavy. Being queued, with a task made for it, costs about
/// a microsecond: 3 % of this.
const HEAVY: u32 = 30_000;

/// Shorter than this on the mean, a heavy handler is light again: far enough from the other limit not to go to and fro.
const LIGHT: u32 = HEAVY / 2;

/// No run counts for more. One run of a light handler whose thread was preempted makes it heavy, but not for long.
const LONGEST: u32 = 16 * HEAVY;

/// So many runs are measured before a handler counts as light: the first one alone often pays for what is done once.
const COLD: u32 = 3;

/// How many runs the mean of a light handler goes back. Few, since each was picked from many.
const LIGHT_MEMORY: u32 = 8;

/// How many runs the mean of a heavy handler goes back. Every run is measured: one that is heavy each fifth time is not
/// light in between.
const HEAVY_MEMORY: u32 = 32;

/// How long a handler's runs take, on the mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Estimate {
    /// In nanoseconds.
    mean: u32,
    /// How many runs were measured, up to as many as the longest mean goes back.
    measured: u32,
    is_light: bool,
}

impl Estimate {
    /// Whether the handler is known not to hold up its caller.
    #[inline]
    pub(super) fn is_light(self) -> bool {
        self.is_light
    }

    /// What is known once another run has taken `took`.
    pub(super) fn after(self, took: Duration) -> Self {
        let took = u32::try_from(took.as_nanos()).map_or(LONGEST, |nanos| nanos.min(LONGEST));
        let measured = (self.measured + 1).min(HEAVY_MEMORY);
        let runs = if self.is_light {
            measured.min(LIGHT_MEMORY)
        } else {
            measured
        };
        let mean = (self.mean * (runs - 1) + took) / runs;
        Self {
            mean,
            measured,
            is_light: measured >= COLD && mean <= self.limit(),
        }
    }

    /// The longest mean with which it is light next.
    fn limit(self) -> u32 {
        let is_heavy = self.measured >= COLD && !self.is_light;
        if is_heavy { LIGHT } else { HEAVY }
    }

    /// All of it in one word; nothing known is 0.
    pub(super) fn pack(self) -> u32 {
        self.mean << 8 | self.measured << 1 | u32::from(self.is_light)
    }

    #[inline]
    pub(super) fn unpack(word: u32) -> Self {
        Self {
            mean: word >> 8,
            measured: word >> 1 & 0x7f,
            is_light: word & 1 == 1,
        }
    }
}
