//! Rate limiters: one that counts days, one whose window begins with the first request, and one that waits in vain for
//! its record to expire.

use std::time::{Duration, SystemTime};

use noex::prelude::*;
use noex::{Family, Fresh, GenServer};

use super::DAY;

/// What a limiter allows in its window.
pub(crate) const LIMIT: u32 = 2;

/// What a limiter can be asked.
#[derive(Protocol)]
pub(crate) enum LimiterMsg {
    /// Whether one more request is allowed.
    #[call(bool)]
    Allow,
}

/// Counts the requests of a day.
#[derive(Default, GenServer)]
#[genserver(protocol = LimiterMsg, idle_timeout = "5m")]
#[persist(interval = "1m", max_age = "1d", cleanup_interval = "1h")]
pub(crate) struct Daily {
    day: u64,
    used: u32,
}

#[handlers(LimiterMsg)]
impl Daily {
    fn allow(&mut self, cx: &mut Cx<Self>) -> bool {
        let today = day_of(cx.now());
        if self.day != today {
            *self = Self {
                day: today,
                used: 0,
            };
        }
        count(&mut self.used)
    }
}

/// Counts the requests of the 24 hours that begin with the first.
#[derive(GenServer)]
#[genserver(protocol = LimiterMsg, init = Window::open, idle_timeout = "5m")]
#[persist(interval = "1m", max_age = "1d", cleanup_interval = "1h")]
pub(crate) struct Window {
    since: SystemTime,
    used: u32,
}

impl Window {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "`init` borrows its args")]
    fn open((): &(), cx: &mut InitCx<Self>) -> Self {
        let since = cx.now();
        Self { since, used: 0 }
    }
}

#[handlers(LimiterMsg)]
impl Window {
    fn allow(&mut self, cx: &mut Cx<Self>) -> bool {
        let now = cx.now();
        if now.duration_since(self.since).is_ok_and(|age| age >= DAY) {
            *self = Self {
                since: now,
                used: 0,
            };
        }
        count(&mut self.used)
    }
}

/// Leaves it to the age of its record to begin anew.
#[derive(Default, GenServer)]
#[genserver(protocol = LimiterMsg, idle_timeout = "5m")]
#[persist(interval = "1m", max_age = "1d", cleanup_interval = "1h")]
pub(crate) struct Naive {
    used: u32,
}

#[handlers(LimiterMsg)]
impl Naive {
    fn allow(&mut self) -> bool {
        self.used += 1;
        self.used <= LIMIT
    }
}

/// A limiter for each address, made at its first request.
pub(crate) fn limits<S>(system: &System) -> Family<S>
where
    S: GenServer<Protocol = LimiterMsg, Args = Fresh<S>, EnvGiven = noex::Given> + Default,
{
    let family = system.family::<S>("limits").or_init(|_| S::default);
    family.build().expect("it is built")
}

/// How many of the requests that come every `pause`, for as long as `time`, are allowed.
pub(crate) async fn allowed(limiter: &LimiterClient, pause: Duration, time: Duration) -> u32 {
    let end = tokio::time::Instant::now() + time;
    let mut allowed = 0;
    while tokio::time::Instant::now() < end {
        allowed += u32::from(limiter.allow().await.expect("it answers"));
        super::pass(pause).await;
    }
    allowed
}

fn count(used: &mut u32) -> bool {
    let allowed = *used < LIMIT;
    *used += u32::from(allowed);
    allowed
}

fn day_of(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs() / DAY.as_secs()
}
