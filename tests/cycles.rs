//! Circles of calls: servers that would wait for each other for ever are told so at once.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use noex::prelude::*;
use noex::{Outcome, SystemBuilder};

use crate::probe::in_time;

/// What a relay was told by the next one, if there was one.
type Told = Result<u32, CallError<String>>;

#[derive(Protocol)]
enum RelayMsg {
    /// Calls the first relay of the route with the rest of it, and answers how many were called.
    #[call(Result<u32, String>)]
    Pass { route: Vec<RelayClient>, gate: Gate },
    /// The same beside the server, which goes on.
    #[call]
    Send { route: Vec<RelayClient> },
    /// Calls the next without waiting for the answer, and then waits for nobody.
    #[call(u32)]
    Poke { next: RelayClient },
    /// What a call sent beside the server came to.
    #[info]
    Sent { told: Told },
    #[call(u32)]
    Touch,
}

/// Holds a relay up before it calls on.
type Gate = Option<noex::testing::Gate>;

#[derive(Default, GenServer)]
#[genserver(protocol = RelayMsg, env = Heard)]
struct Relay {
    calls: u32,
}

/// What relays were told.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Told>>>);

impl Heard {
    fn note(&self, told: Told) {
        self.0.lock().expect("nobody panics").push(told);
    }

    fn take(&self) -> Vec<Told> {
        std::mem::take(&mut self.0.lock().expect("nobody panics"))
    }
}

#[handlers(RelayMsg)]
impl Relay {
    async fn pass(
        &mut self,
        mut route: Vec<RelayClient>,
        gate: Gate,
        cx: &mut Cx<Self>,
    ) -> Result<u32, String> {
        if let Some(gate) = gate {
            gate.pass().await;
        }
        if route.is_empty() {
            return Ok(1);
        }
        let next = route.remove(0);
        let told = next.pass(route, None).await;
        cx.env.note(told.clone());
        told.map(|count| count + 1)
            .map_err(|error| error.to_string())
    }

    fn send(&mut self, mut route: Vec<RelayClient>, cx: &mut Cx<Self>) {
        self.calls += 1;
        let next = route.remove(0);
        cx.spawn(async move { next.pass(route, None).await }, |told| {
            RelayMsg::Sent { told }
        });
    }

    fn poke(&mut self, next: RelayClient) -> u32 {
        self.calls += 1;
        let poked = next.touch().try_send().is_ok();
        drop(next);
        u32::from(poked)
    }

    fn sent(&mut self, told: Told, cx: &mut Cx<Self>) {
        self.calls += 1;
        cx.env.note(told);
    }

    fn touch(&mut self) -> u32 {
        self.calls += 1;
        self.calls
    }
}

/// Relays of a system, by name.
struct Ring {
    system: System,
    heard: Heard,
    inline: bool,
}

impl Ring {
    fn new(inline: bool) -> Self {
        Self::built(System::builder(), inline)
    }

    fn built(builder: SystemBuilder, inline: bool) -> Self {
        Self {
            system: builder.build(),
            heard: Heard::default(),
            inline,
        }
    }

    async fn relay(&self, name: &str) -> RelayClient {
        let spec = Relay::spec(Relay::default).env(self.heard.clone());
        let spec = spec.name(name).inline(self.inline);
        self.system.start(spec).await.expect("it starts")
    }

    /// The circles that were found, each by its servers.
    fn circles(&self) -> Vec<String> {
        let found = self.heard.take().into_iter().filter_map(|told| match told {
            Err(error @ CallError::Cycle { .. }) => {
                assert_eq!(error.outcome(), Outcome::NotRun);
                let CallError::Cycle { servers } = error else {
                    unreachable!()
                };
                Some(servers.join(" > "))
            }
            _ => None,
        });
        found.collect()
    }
}

// M6: two servers that call each other are told of the circle at once
#[tokio::test(start_paused = true)]
async fn two_servers_in_a_circle_are_told() {
    for inline in [true, false] {
        let ring = Ring::new(inline);
        let (a, b) = (ring.relay("a").await, ring.relay("b").await);
        let begun = tokio::time::Instant::now();
        let route = vec![b.clone(), a.clone()];
        let told = a.pass(route, None).await.expect_err("it fails in the end");
        assert!(
            told.to_string()
                .contains("Relay `b` -> Relay `a` -> Relay `b`"),
            "{told}"
        );
        assert_eq!(begun.elapsed(), Duration::ZERO);
        assert_eq!(ring.circles(), ["Relay `b` > Relay `a` > Relay `b`"]);
        assert_eq!(a.pass(vec![b], None).await, Ok(2), "both are well");
    }
}

// M6: and however many lie between them
#[tokio::test(start_paused = true)]
async fn a_longer_circle_is_named_in_full() {
    for inline in [true, false] {
        let ring = Ring::new(inline);
        let (a, b, c) = (
            ring.relay("a").await,
            ring.relay("b").await,
            ring.relay("c").await,
        );
        let route = vec![b.clone(), c.clone(), a.clone()];
        a.pass(route, None).await.expect_err("it fails in the end");
        assert_eq!(
            ring.circles(),
            ["Relay `c` > Relay `a` > Relay `b` > Relay `c`"]
        );
    }
}

// M6: two callers whose servers call crosswise
#[tokio::test(start_paused = true)]
async fn a_circle_of_two_callers_is_found() {
    let ring = Ring::new(true);
    let (a, b) = (ring.relay("a").await, ring.relay("b").await);
    let gate = noex::testing::Gate::new();
    let one = tokio::spawn(a.pass(vec![b.clone()], Some(gate.clone())).owned());
    let other = tokio::spawn(b.pass(vec![a.clone()], Some(gate.clone())).owned());
    gate.has_waiting(2).await;
    gate.open();
    let told = [one.await.expect("no panic"), other.await.expect("no panic")];
    assert_eq!(
        told.iter().filter(|told| told.is_ok()).count(),
        1,
        "{told:?}"
    );
    assert_eq!(ring.circles().len(), 1);
}

// M6: what is no circle is none: a line, the same server twice in turn, a way back after the answer
#[tokio::test(start_paused = true)]
async fn a_line_is_no_circle() {
    for inline in [true, false] {
        let ring = Ring::new(inline);
        let (a, b, c) = (
            ring.relay("a").await,
            ring.relay("b").await,
            ring.relay("c").await,
        );
        assert_eq!(a.pass(vec![b.clone(), c.clone()], None).await, Ok(3));
        assert_eq!(c.pass(vec![b.clone(), a.clone()], None).await, Ok(3));
        assert_eq!(a.pass(vec![c.clone()], None).await, Ok(2));
        assert_eq!(b.pass(vec![c, a], None).await, Ok(3));
        assert_eq!(ring.circles(), [""; 0]);
    }
}

// M6: a call made beside the server, or not waited for, closes no circle
#[tokio::test(start_paused = true)]
async fn what_no_handler_waits_for_closes_no_circle() {
    let ring = Ring::new(true);
    let (a, b) = (ring.relay("a").await, ring.relay("b").await);
    a.send(vec![b.clone(), a.clone()])
        .await
        .expect("it is sent");
    while ring.heard.0.lock().expect("nobody panics").len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(ring.heard.take(), [Ok(1), Ok(2)]);

    let gate = noex::testing::Gate::new();
    let busy = tokio::spawn(b.pass(vec![a.clone()], Some(gate.clone())).owned());
    gate.has_waiting(1).await;
    assert_eq!(a.poke(b.clone()).await, Ok(1));
    gate.open();
    assert_eq!(busy.await.expect("no panic"), Ok(2));
    assert_eq!(ring.circles(), [""; 0]);
}

// M6: where it is switched off, and by default in release builds, a circle ends when its time is over
#[tokio::test(start_paused = true)]
async fn without_it_a_circle_times_out() {
    let ring = Ring::built(System::builder().find_call_cycles(false), true);
    let (a, b) = (ring.relay("a").await, ring.relay("b").await);
    let begun = tokio::time::Instant::now();
    let told = in_time(a.pass(vec![b.clone(), a.clone()], None).owned()).await;
    told.expect_err("nobody answers");
    assert_eq!(begun.elapsed(), Duration::from_secs(5));
}
