//! Dynamic supervisors whose children end before the supervisor's turn among the children of another one.

use noex::prelude::*;
use noex::testing::Gate;
use noex::{DynamicSupervisor, EventStream, Intensity, Restart, Supervisor, SupervisorHandle};
use tokio::task::JoinHandle;

use super::scene::{Diary, SECOND, crash_to_the_end, restarted, settled, system};
use crate::probe::{Probe, ProbeClient, in_time, push, seen};

/// A dynamic supervisor with a child, given to another supervisor whose first child has not started yet.
struct Scene {
    system: System,
    events: EventStream,
    pool: DynamicSupervisor,
    child: ProbeClient,
    first: Gate,
    top: Option<JoinHandle<SupervisorHandle>>,
    diary: Diary,
}

async fn before_its_turn(restart: Restart) -> Scene {
    let mut scene = alone(restart).await;
    scene.is_given_away().await;
    scene
}

async fn alone(restart: Restart) -> Scene {
    let ((system, events), diary) = (system(), Diary::default());
    let pool = system.dynamic_supervisor("pool");
    let pool = pool.intensity(Intensity::new(1, 600 * SECOND)).build();
    let pool = pool.expect("it is built");
    let spec = diary.child("a").restart(restart);
    let child = pool.start_child(spec).await.expect("it starts");
    child.work(push(1)).await.expect("it runs");
    child.checkpoint().await.expect("it is saved");
    Scene {
        system,
        events,
        pool,
        child,
        first: diary.hold("+first"),
        top: None,
        diary,
    }
}

impl Scene {
    async fn is_given_away(&mut self) {
        let top = Supervisor::one_for_one("top")
            .child(self.diary.child("first"))
            .child(&self.pool);
        let system = self.system.clone();
        let top = async move { system.supervise(top).await.expect("they start") };
        self.top = Some(tokio::spawn(top));
        self.first.has_waiting(1).await;
    }

    async fn its_turn(&mut self) -> SupervisorHandle {
        self.first.open();
        let top = self.top.take().expect("it was given away");
        let top = top.await.expect("it is not cancelled");
        settled().await;
        top
    }

    fn counts(&self) -> (usize, usize) {
        let counts = self.pool.count_children();
        (counts.all, counts.up)
    }
}

// R1, R2: a child that crashes before its supervisor's turn is started in it at the latest, for its clients
#[tokio::test(start_paused = true)]
async fn who_crashes_before_the_turn_comes_back() {
    let mut scene = before_its_turn(Restart::Permanent).await;
    crash_to_the_end(&scene.child).await;
    settled().await;
    scene.its_turn().await;
    in_time(restarted(&mut scene.events, "a")).await;
    settled().await;
    assert_eq!(scene.counts(), (1, 1));
    assert_eq!(seen(&scene.child).await, [1]);
    crash_to_the_end(&scene.child).await;
    in_time(restarted(&mut scene.events, "a")).await;
    assert_eq!(scene.child.work(push(2)).await, Ok(1));
}

// R1: a child that does not come back is none after the turn, and its name is free
#[tokio::test(start_paused = true)]
async fn who_ends_before_the_turn_is_gone() {
    let mut scene = before_its_turn(Restart::Transient).await;
    scene.child.stop().await.expect("it stops");
    settled().await;
    scene.its_turn().await;
    assert_eq!(scene.counts(), (0, 0));
    assert!(scene.system.find::<Probe>("a").is_none());
    let again = scene.pool.start_child(scene.diary.child("a")).await;
    assert_eq!(seen(&again.expect("it is free")).await, [1]);
}

// R1: a restart that was under way before the turn ends, well or not, and the child is up after it
#[tokio::test(start_paused = true)]
async fn a_restart_goes_on_until_the_turn() {
    for (is_late, fails) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut scene = alone(Restart::Permanent).await;
        let gate = Gate::new();
        let passing = gate.clone();
        scene.diary.next(
            "+a",
            Box::pin(async move {
                passing.pass().await;
                assert!(!fails, "told to");
                0
            }),
        );
        crash_to_the_end(&scene.child).await;
        gate.has_waiting(1).await;
        scene.is_given_away().await;
        if is_late {
            scene.its_turn().await;
        }
        gate.open();
        settled().await;
        if !is_late {
            scene.its_turn().await;
        }
        assert_eq!(
            restarted(&mut scene.events, "a").await,
            2 + u32::from(fails)
        );
        settled().await;
        assert_eq!(scene.counts(), (1, 1), "{is_late} {fails}");
        assert_eq!(seen(&scene.child).await, [1]);
    }
}
