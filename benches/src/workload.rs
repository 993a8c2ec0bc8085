//! What is measured: one workload on one library, checked while it runs, its servers gone when it returns.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::task::JoinSet;

use crate::contender::{Contender, Note, Noted, SENDERS, burn};

/// What the servers are put to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Workload {
    /// One caller, one call after the other.
    Sequential,
    /// So many callers of one server, each with one call after the other.
    Callers(u32),
    /// So many senders of casts, until the last one is handled.
    Casts(u32),
    /// So many servers, each with a heavy handler, called at once by one task; the first time, nothing is known of them.
    Heavy(u32),
    /// So many servers at most, each called at once by one task.
    FanOut(u32),
    /// Servers started one by one, each until its first reply.
    Spawn,
}

impl Workload {
    pub(crate) const ALL: [Self; 7] = [
        Self::Sequential,
        Self::Callers(64),
        Self::Casts(1),
        Self::Casts(SENDERS),
        Self::Heavy(8),
        Self::FanOut(10_000),
        Self::Spawn,
    ];

    pub(crate) fn name(self) -> String {
        match self {
            Self::Sequential => "sequential call".into(),
            Self::Callers(callers) => format!("call, {callers} callers"),
            Self::Casts(1) => "cast, 1 sender".into(),
            Self::Casts(senders) => format!("cast, {senders} senders"),
            Self::Heavy(servers) => format!("{servers} heavy calls joined in one task"),
            Self::FanOut(servers) => {
                format!("a call to each of {servers} servers, joined in one task")
            }
            Self::Spawn => "spawn to first reply".into(),
        }
    }

    /// Runs it with `messages` in all; how long one took.
    pub(crate) async fn run<C: Contender>(self, messages: u32) -> Duration {
        let contender = C::open();
        match self {
            Self::Spawn => return spawn(&contender, messages).await,
            Self::Heavy(servers) => return heavy(&contender, servers, messages / servers).await,
            Self::FanOut(servers) => {
                let servers = servers.min(messages);
                return fan_out(&contender, servers, messages / servers).await;
            }
            Self::Sequential | Self::Callers(_) | Self::Casts(_) => {}
        }
        let server = contender.start().await;
        let took = match self {
            Self::Callers(callers) => callers_of::<C>(&server, callers, messages / callers).await,
            Self::Casts(senders) => casts::<C>(&server, senders, messages / senders).await,
            Self::Sequential | Self::Heavy(_) | Self::FanOut(_) | Self::Spawn => {
                sequential::<C>(&server, messages).await
            }
        };
        C::stop(server).await;
        took
    }
}

async fn sequential<C: Contender>(server: &C::Server, calls: u32) -> Duration {
    let began = Instant::now();
    for expected in 1..=u64::from(calls) {
        assert_eq!(C::add(server, 1).await, expected);
    }
    began.elapsed() / calls
}

async fn callers_of<C: Contender>(server: &C::Server, callers: u32, calls: u32) -> Duration {
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let server = server.clone();
        tasks.spawn(async move {
            let mut total = 0;
            for _ in 0..calls {
                let next = C::add(&server, 1).await;
                assert!(next > total, "{next} came after {total}");
                total = next;
            }
        });
    }
    join(tasks).await;
    let took = began.elapsed() / (callers * calls);
    assert_eq!(C::add(server, 0).await, u64::from(callers * calls));
    took
}

async fn casts<C: Contender>(server: &C::Server, senders: u32, casts: u32) -> Duration {
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for sender in 0..senders {
        let server = server.clone();
        tasks.spawn(async move {
            for number in 0..casts {
                C::note(&server, Note { sender, number }).await;
            }
        });
    }
    join(tasks).await;
    let noted = C::noted(server).await;
    let took = began.elapsed() / (senders * casts);
    let count = u64::from(senders * casts);
    let out_of_order = 0;
    assert_eq!(
        noted,
        Noted {
            count,
            out_of_order
        }
    );
    took
}

async fn join(mut tasks: JoinSet<()>) {
    while let Some(joined) = tasks.join_next().await {
        joined.expect("every reply is in order");
    }
}

async fn spawn<C: Contender>(contender: &C, servers: u32) -> Duration {
    let mut started = Vec::with_capacity(servers as usize);
    let began = Instant::now();
    for _ in 0..servers {
        let server = contender.start().await;
        assert_eq!(C::add(&server, 1).await, 1);
        started.push(server);
    }
    let took = began.elapsed() / servers;
    for server in started {
        C::stop(server).await;
    }
    took
}

async fn heavy<C: Contender>(contender: &C, servers: u32, times: u32) -> Duration {
    let mut started = Vec::new();
    for _ in 0..servers {
        started.push(contender.start().await);
    }
    let expected = burn();
    let began = Instant::now();
    for _ in 0..times {
        let burnt = join_all(started.iter().map(C::burn)).await;
        assert!(burnt.iter().all(|burnt| *burnt == expected));
    }
    let took = began.elapsed() / (servers * times);
    for server in started {
        C::stop(server).await;
    }
    took
}

async fn fan_out<C: Contender>(contender: &C, servers: u32, times: u32) -> Duration {
    let mut started = Vec::with_capacity(servers as usize);
    for _ in 0..servers {
        started.push(contender.start().await);
    }
    let began = Instant::now();
    for expected in 1..=u64::from(times) {
        let totals = join_all(started.iter().map(|server| C::add(server, 1))).await;
        assert_eq!(totals.len(), started.len());
        assert!(totals.iter().all(|total| *total == expected));
    }
    let took = began.elapsed() / (servers * times);
    for server in started {
        C::stop(server).await;
    }
    took
}
