//! A server that does what a test sends it, so that each test says for itself what its handlers do.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;

use noex::prelude::*;
use noex::testing::Gate;
use noex::{Event, EventStream, ExitReason, Given, ServerId, Spec};

use crate::any_store::AnyStore;

pub(crate) type Job = Box<dyn FnOnce(&mut Probe, &mut Cx<Probe>) -> u32 + Send>;
pub(crate) type Look = Box<dyn FnOnce(&Probe, &mut Cx<Probe>) -> u32 + Send>;
pub(crate) type Errand = Pin<Box<dyn Future<Output = u32> + Send>>;
pub(crate) type Promise = Box<dyn FnOnce(&mut Probe, ReplyTo<u32>, &mut Cx<Probe>) + Send>;

/// What a probe can be asked: whatever a test comes with.
#[derive(Protocol)]
pub(crate) enum ProbeMsg {
    /// Runs on `&mut self`.
    #[call(u32)]
    Work { job: Job },
    /// Runs on `&self`.
    #[call(u32)]
    Look { look: Look },
    /// Waits on `&mut self`.
    #[call(u32)]
    Wait { errand: Errand },
    /// Waits on `&self`.
    #[call(u32)]
    Watch { errand: Errand },
    /// Answers later, or not at all.
    #[call(u32)]
    Promise { promise: Promise },
    /// Notes `n`, refusing odd ones.
    #[call(Result<u32, String>)]
    Choose { n: u32 },
    /// Runs on `&mut self`, unheard.
    #[cast]
    Tell { job: Job },
    /// Notes `n`.
    #[cast]
    Note { n: u32 },
    /// Notes `n`.
    #[info]
    Hear { n: u32 },
    /// Waits on `&mut self`, for the server's own ears.
    #[info]
    Dwell { errand: Errand },
}

#[derive(Default, GenServer)]
#[genserver(protocol = ProbeMsg, env = Hooks, on_start = Probe::begin, terminate = Probe::end)]
#[persist(version = 1)]
pub(crate) struct Probe {
    pub(crate) seen: Vec<u32>,
    #[persist(skip)]
    pub(crate) held: Vec<ReplyTo<u32>>,
    #[persist(skip)]
    pub(crate) kept: Vec<Box<dyn Send + Sync>>,
}

/// What a test does when a probe starts or ends, and how often it ended.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    pub(crate) on_start: Option<Hook>,
    pub(crate) terminate: Option<Hook>,
    pub(crate) terminated: Arc<AtomicU32>,
}

pub(crate) type Hook = Arc<dyn Fn(&mut Probe, &mut Cx<Probe>) -> Errand + Send + Sync>;

/// A hook that waits for what `errand` makes.
pub(crate) fn hook(errand: impl Fn() -> Errand + Send + Sync + 'static) -> Hook {
    Arc::new(move |_, _| errand())
}

#[handlers(ProbeMsg)]
impl Probe {
    fn work(&mut self, job: Job, cx: &mut Cx<Self>) -> u32 {
        job(self, cx)
    }

    fn look(&self, look: Look, cx: &mut Cx<Self>) -> u32 {
        look(self, cx)
    }

    async fn wait(&mut self, errand: Errand) -> u32 {
        self.seen.push(errand.await);
        0
    }

    async fn watch(&self, errand: Errand) -> u32 {
        errand.await
    }

    fn promise(&mut self, promise: Promise, reply: ReplyTo<u32>, cx: &mut Cx<Self>) {
        promise(self, reply, cx);
    }

    fn choose(&mut self, n: u32) -> Result<u32, String> {
        self.seen.push(n);
        if n.is_multiple_of(2) {
            Ok(n)
        } else {
            Err(format!("{n} is odd"))
        }
    }

    fn tell(&mut self, job: Job, cx: &mut Cx<Self>) {
        job(self, cx);
    }

    fn note(&mut self, n: u32) {
        self.seen.push(n);
    }

    fn hear(&mut self, n: u32) {
        self.seen.push(n);
    }

    async fn dwell(&mut self, errand: Errand) {
        self.seen.push(errand.await);
    }
}

impl Probe {
    async fn begin(&mut self, cx: &mut Cx<Self>) -> Result<(), String> {
        if let Some(hook) = cx.env.on_start.clone() {
            hook(self, cx).await;
        }
        Ok(())
    }

    async fn end(&mut self, _: &ExitReason, cx: &mut Cx<Self>) {
        cx.env.terminated.fetch_add(1, Ordering::SeqCst);
        if let Some(hook) = cx.env.terminate.clone() {
            hook(self, cx).await;
        }
    }
}

/// A probe to start, inline or not.
pub(crate) fn probe(inline: bool) -> Spec<Probe, Given> {
    Probe::spec(Probe::default)
        .env(Hooks::default())
        .name("probe")
        .inline(inline)
}

/// A probe of a system of its own, with the store in memory.
pub(crate) async fn lone(inline: bool) -> (System, ProbeClient) {
    let system = System::new(AnyStore::new());
    let probe = system.start(probe(inline)).await.expect("a new probe");
    (system, probe)
}

/// Notes `n` and answers how many were noted before.
pub(crate) fn push(n: u32) -> Job {
    Box::new(move |probe, _| {
        probe.seen.push(n);
        u32::try_from(probe.seen.len() - 1).unwrap_or(u32::MAX)
    })
}

/// What the probe has noted.
pub(crate) async fn seen(probe: &ProbeClient) -> Vec<u32> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let look = Box::new(move |probe: &Probe, _: &mut Cx<Probe>| {
        sender.send(probe.seen.clone()).expect("the test waits");
        0
    });
    probe.look(look).await.expect("the probe runs");
    receiver.recv().expect("the handler ran")
}

/// What the store in memory holds of the probe, if anything.
pub(crate) async fn stored(adapter: &AnyStore) -> Option<Vec<u32>> {
    if adapter.is_empty() {
        return None;
    }
    let system = System::new(adapter.clone());
    let spec = probe(true).persist(
        noex::PersistOptions::new()
            .save_on_stop(false)
            .delete_on_stop(false),
    );
    let probe = system.start(spec).await.expect("the record is sound");
    let found = seen(&probe).await;
    probe
        .stop_with(Stop::without_saving())
        .await
        .expect("it stops");
    Some(found)
}

/// An errand that waits at `gate`, and brings `n`.
pub(crate) fn at(gate: &Gate, n: u32) -> Errand {
    let gate = gate.clone();
    Box::pin(async move {
        gate.pass().await;
        n
    })
}

/// An errand that never ends.
pub(crate) fn never() -> Errand {
    Box::pin(std::future::pending())
}

/// Holds the probe in a handler until the gate that is returned opens.
pub(crate) async fn busy(
    probe: &ProbeClient,
) -> (Gate, tokio::task::JoinHandle<Result<u32, CallError>>) {
    let gate = Gate::new();
    let holding = tokio::spawn(probe.watch(at(&gate, 0)).owned());
    gate.has_waiting(1).await;
    (gate, holding)
}

/// Polls `future` once; what it gave, if it was ready.
pub(crate) async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    poll_fn(|cx| {
        Poll::Ready(match Pin::new(&mut *future).poll(cx) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

/// The first event that `wanted` makes something of.
pub(crate) async fn until<T>(events: &mut EventStream, wanted: impl Fn(&Event) -> Option<T>) -> T {
    loop {
        let event = events.next().await.expect("the system lives");
        if let Some(found) = wanted(&event) {
            return found;
        }
    }
}

/// Waits for the end of a server: which, and why.
pub(crate) async fn terminated(events: &mut EventStream) -> (ServerId, ExitReason) {
    until(events, |event| match event {
        Event::Terminated { server, reason } => Some((server.clone(), reason.clone())),
        _ => None,
    })
    .await
}

/// How many servers have ended, of the events that are there already.
pub(crate) fn count_terminated(events: &mut EventStream) -> usize {
    std::iter::from_fn(|| events.try_next())
        .filter(|event| matches!(event, Event::Terminated { .. }))
        .count()
}

/// Ends a test that would hang.
pub(crate) async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(1), future)
        .await
        .expect("it does not hang")
}
