//! What is measured: one workload on one library, checked while it runs, its servers gone when it returns.

use std::future::poll_fn;
use std::task::Poll;
use std::time::{Duration, Instant};

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
    /// Servers started one by one, each until its first reply.
    Spawn,
}

impl Workload {
    pub(crate) const ALL: [Self; 6] = [
        Self::Sequential,
        Self::Callers(64),
        Self::Casts(1),
        Self::Casts(SENDERS),
        Self::Heavy(8),
        Self::Spawn,
    ];

    pub(crate) fn name(self) -> String {
        match self {
            Self::Sequential => "sequential call".into(),
            Self::Callers(callers) => format!("call, {callers} callers"),
            Self::Casts(1) => "cast, 1 sender".into(),
            Self::Casts(senders) => format!("cast, {senders} senders"),
            Self::Heavy(servers) => format!("{servers} heavy calls joined in one task"),
            Self::Spawn => "spawn to first reply".into(),
        }
    }

    /// Runs it with `messages` in all; how long one took.
    pub(crate) async fn run<C: Contender>(self, messages: u32) -> Duration {
        let contender = C::open();
        match self {
            Self::Spawn => return spawn(&contender, messages).await,
            Self::Heavy(servers) => return heavy(&contender, servers, messages / servers).await,
            Self::Sequential | Self::Callers(_) | Self::Casts(_) => {}
        }
        let server = contender.start().await;
        let took = match self {
            Self::Callers(callers) => callers_of::<C>(&server, callers, messages / callers).await,
            Self::Casts(senders) => casts::<C>(&server, senders, messages / senders).await,
            Self::Sequential | Self::Heavy(_) | Self::Spawn => {
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
        all(started.iter().map(C::burn), expected).await;
    }
    let took = began.elapsed() / (servers * times);
    for server in started {
        C::stop(server).await;
    }
    took
}

/// Polls all of them in this task, until each has given what is expected.
async fn all(calls: impl Iterator<Item = impl Future<Output = u64>>, expected: u64) {
    let mut calls: Vec<_> = calls.map(Box::pin).collect();
    poll_fn(|cx| {
        calls.retain_mut(|call| match call.as_mut().poll(cx) {
            Poll::Ready(burnt) => {
                assert_eq!(burnt, expected);
                false
            }
            Poll::Pending => true,
        });
        if calls.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}
