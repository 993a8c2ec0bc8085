//! What a recorder of the crate `metrics` is given.

use std::time::Duration;

use metrics::{LocalRecorderGuard, Unit};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use noex::persist::PersistOptions;
use noex::prelude::*;
use noex::store::{Key, StoreError};
use noex::testing::{Call, Fault, FaultyAdapter, Gate};

use super::{Scout, journal, system};

/// A recorder of this thread; it hears of everything in a current-thread runtime.
fn recorder() -> (Snapshotter, Recording) {
    let alone = journal::alone();
    let recorder: &'static DebuggingRecorder = Box::leak(Box::new(DebuggingRecorder::new()));
    let guard = metrics::set_default_local_recorder(recorder);
    let recording = Recording {
        _recorder: guard,
        _alone: alone,
    };
    (recorder.snapshotter(), recording)
}

/// What this thread measures is recorded as long as this is there.
struct Recording {
    _recorder: LocalRecorderGuard<'static>,
    _alone: journal::Alone,
}

/// What was measured under `name` with these labels, and in which unit.
#[derive(Debug, PartialEq)]
enum Found {
    Counted(u64),
    Measured(Vec<f64>),
}

/// Everything since this was last asked, by name and labels.
struct Measured(Vec<(String, Option<Unit>, Found)>);

impl Measured {
    fn taken(snapshotter: &Snapshotter) -> Self {
        let all = snapshotter.snapshot().into_vec().into_iter();
        let all = all.map(|(key, unit, _, value)| {
            let key = key.key();
            let mut labels: Vec<_> = key.labels().map(|it| it.value().to_owned()).collect();
            labels.insert(0, key.name().to_owned());
            let found = match value {
                DebugValue::Counter(count) => Found::Counted(count),
                DebugValue::Histogram(values) => {
                    Found::Measured(values.into_iter().map(f64::from).collect())
                }
                DebugValue::Gauge(value) => Found::Measured(vec![value.into()]),
            };
            (labels.join(" "), unit, found)
        });
        Self(all.collect())
    }

    fn counted(&self, name: &str) -> u64 {
        match self.find(name) {
            Some((_, Found::Counted(count))) => *count,
            _ => 0,
        }
    }

    fn measured(&self, name: &str) -> &[f64] {
        match self.find(name) {
            Some((_, Found::Measured(values))) => values,
            _ => &[],
        }
    }

    fn unit(&self, name: &str) -> Option<Unit> {
        self.find(name).and_then(|(unit, _)| unit)
    }

    fn find(&self, name: &str) -> Option<(Option<Unit>, &Found)> {
        let found = self.0.iter().find(|(found, ..)| found == name);
        found.map(|(_, unit, value)| (*unit, value))
    }
}

// The time of a handler is measured on its caller's stack, in a task, and over its waiting
#[tokio::test(start_paused = true)]
async fn the_time_of_each_handler_is_measured() {
    let (snapshotter, _guard) = recorder();
    let system = system(MemoryAdapter::new());
    let spec = Scout::spec(Scout::default).name("a");
    let scout = system.start(spec).await.expect("it starts");
    scout.look().await.expect("it answers");
    scout.glance().await.expect("it is sent");
    let gate = Gate::new();
    let opened = async {
        gate.has_waiting(1).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        gate.open();
    };
    let (stayed, ()) = tokio::join!(scout.stay(gate.clone()), opened);
    stayed.expect("it answers");
    let measured = Measured::taken(&snapshotter);
    let seconds = measured.measured("noex.handler.seconds Scout");
    let whole: Vec<_> = seconds.iter().map(|it| it.floor()).collect();
    assert_eq!(whole, [0.0, 0.0, 2.0], "{seconds:?}");
    let unit = measured.unit("noex.handler.seconds Scout");
    assert_eq!(unit, Some(Unit::Seconds));
}

// The length of the queue is measured as each message begins
#[tokio::test(start_paused = true)]
async fn the_queue_is_measured_as_each_message_begins() {
    let (snapshotter, _guard) = recorder();
    let system = system(MemoryAdapter::new());
    let spec = Scout::spec(Scout::default).name("a");
    let scout = system.start(spec).await.expect("it starts");
    scout.look().await.expect("it answers");
    for _ in 0..3 {
        scout.glance().try_send().expect("there is room");
    }
    scout.look().await.expect("it answers");
    let measured = Measured::taken(&snapshotter);
    let lengths = measured.measured("noex.queue.length Scout");
    assert_eq!(lengths, [0.0, 3.0, 2.0, 1.0, 0.0]);
    assert_eq!(measured.unit("noex.queue.length Scout"), Some(Unit::Count));
}

// A save tells its size, how long it took, and the age of what was unsaved, which a failed save does not make younger
#[tokio::test(start_paused = true)]
async fn a_save_tells_its_size_its_time_and_the_age_of_what_was_unsaved() {
    let (snapshotter, _guard) = recorder();
    let store = FaultyAdapter::new(MemoryAdapter::new());
    let system = system(store.clone());
    let options = PersistOptions::new().interval(Some(Duration::from_hours(1)));
    let spec = Scout::spec(Scout::default).name("a").persist(options);
    let scout = system.start(spec).await.expect("it starts");
    scout.checkpoint().await.expect("it is saved");
    Measured::taken(&snapshotter);

    scout.look().await.expect("it answers");
    tokio::time::sleep(Duration::from_secs(7)).await;
    scout.look().await.expect("it answers");
    let gate = store.hold(Call::Write);
    let slow = async {
        gate.has_waiting(1).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        gate.open();
    };
    let (saved, ()) = tokio::join!(scout.checkpoint(), slow);
    saved.expect("it is saved");
    store.heal();
    let measured = Measured::taken(&snapshotter);
    let ages = measured.measured("noex.unsaved.age.seconds Scout");
    assert_eq!(ages, [7.0]);
    let seconds = measured.measured("noex.save.seconds Scout");
    assert_eq!(
        seconds.iter().map(|it| it.floor()).collect::<Vec<_>>(),
        [2.0]
    );
    let record = scout.status().await.expect("it answers").saved;
    assert!(record.is_some());
    let bytes = measured.measured("noex.save.bytes Scout");
    assert!(matches!(bytes, [bytes] if *bytes > 100.0), "{bytes:?}");
    assert_eq!(measured.unit("noex.save.bytes Scout"), Some(Unit::Bytes));

    scout.look().await.expect("it answers");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let too_large = StoreError::TooLarge {
        key: Key::new("a").expect("a key"),
        size: 2,
        max: 1,
    };
    store.next(Call::Write, Fault::Fails(too_large));
    assert!(scout.checkpoint().await.is_err());
    tokio::time::sleep(Duration::from_secs(4)).await;
    scout.checkpoint().await.expect("it is saved");
    let measured = Measured::taken(&snapshotter);
    let ages = measured.measured("noex.unsaved.age.seconds Scout");
    assert_eq!(ages.first(), Some(&3.0));
    assert!(ages.last().is_some_and(|age| *age > 3.0), "{ages:?}");
    assert_eq!(measured.counted("noex.failures Scout save"), 1);
}

// Each start counts what the look for its record has come to
#[tokio::test(start_paused = true)]
async fn restores_are_counted_by_their_outcome() {
    let (snapshotter, _guard) = recorder();
    let store = FaultyAdapter::new(MemoryAdapter::new());
    let expected = ["new", "found", "ignored"];
    for outcome in expected {
        let system = system(store.clone());
        let options = PersistOptions::new().restore(outcome != "ignored");
        let spec = Scout::spec(Scout::default).name("a").persist(options);
        let scout = system.start(spec).await.expect("it starts");
        scout.look().await.expect("it answers");
        system.shutdown().await.expect("it saves");
        let measured = Measured::taken(&snapshotter);
        for other in expected {
            let count = measured.counted(&format!("noex.restores Scout {other}"));
            assert_eq!(count, u64::from(other == outcome), "{other} for {outcome}");
        }
    }
    store.next(Call::Claim, Fault::Rejected);
    let system = system(store);
    let spec = Scout::spec(Scout::default).name("a");
    assert!(system.start(spec).await.is_err());
    let measured = Measured::taken(&snapshotter);
    assert_eq!(measured.counted("noex.restores Scout failed"), 1);
    assert_eq!(measured.counted("noex.failures Scout start"), 1);
}

// A crash is a failure; what somebody is told who asks for a key that is not there is none
#[tokio::test(start_paused = true)]
async fn failures_are_counted_by_what_failed() {
    let (snapshotter, _guard) = recorder();
    let system = system(MemoryAdapter::new());
    let scouts = system
        .family::<Scout>("scouts")
        .build()
        .expect("a family of its own");
    assert!(scouts.at(&1).look().await.is_err());
    let spec = Scout::spec(Scout::default).name("a");
    let scout = system.start(spec).await.expect("it starts");
    assert!(scout.stumble().await.is_err());
    scout.monitor().await;
    let measured = Measured::taken(&snapshotter);
    assert_eq!(measured.counted("noex.failures Scout crash"), 1);
    assert_eq!(measured.counted("noex.failures Scout start"), 0);
}
