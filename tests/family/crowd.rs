//! Many keys and many threads: calls that race with going idle, and what a crowd leaves behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use noex::prelude::*;
use noex::testing::TestClock;
use noex::{Family, GenServer, System};

use crate::any_store::AnyStore;
use crate::counter::Counter;
use crate::probe::{in_time, terminated};

/// How many keys are activated: a disk takes its time for each.
fn crowd() -> usize {
    if crate::any_store::is_on_disk() {
        2_000
    } else {
        20_000
    }
}

fn idle_family<S>(system: &System, idle: Duration) -> Family<S>
where
    S: GenServer<Args = i64, Env = &'static str>,
{
    let family = system.family::<S>("counters").env("first");
    let family = family.or_init(|_| 0_i64).idle_timeout(idle);
    family.build().expect("it is built")
}

// S12, E5: a call never fails because its server was just going idle, on many threads
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_call_never_meets_a_server_that_has_gone() {
    const CALLS: i64 = 3_000;
    /// How often it has to have gone idle in between.
    const ENDS: usize = 20;
    let system = System::new(AnyStore::new());
    let mut events = system.events();
    let ended = Arc::new(AtomicUsize::new(0));
    let watching = ended.clone();
    let watcher = tokio::spawn(async move {
        while watching.load(Ordering::SeqCst) < ENDS {
            terminated(&mut events).await;
            watching.fetch_add(1, Ordering::SeqCst);
        }
    });
    let family = idle_family::<Counter>(&system, Duration::from_nanos(1));
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (counter, ended) = (family.at("a"), ended.clone());
        callers.spawn(async move {
            let mut number = 0;
            while number < CALLS || ended.load(Ordering::SeqCst) < ENDS {
                counter.add(1).await.expect("it is handled");
                if number % 10 == 0 {
                    counter.checkpoint().await.expect("it is saved");
                    counter.status().await.expect("it answers");
                    counter.tell(0).await.expect("it is queued");
                }
                // Lets the server's own task go on, so that the calls meet it in every state.
                if number % 3 == 0 {
                    tokio::task::yield_now().await;
                }
                number += 1;
            }
            number
        });
    }
    let calls: i64 = in_time(callers.join_all()).await.into_iter().sum();
    in_time(watcher).await.expect("no panic");
    assert_eq!(family.at("a").total().await, Ok(calls), "each counted once");
    system.shutdown().await.expect("it saves");
}

// S12, E5: many keys activated and all gone idle leave nothing: no server, no task
#[tokio::test(start_paused = true)]
async fn a_crowd_leaves_nothing_behind() {
    crate::counter::begin();
    let store = AnyStore::new();
    let builder = System::builder().store(store.clone());
    let system = builder.clock(TestClock::new().clock()).build();
    let family = idle_family::<Counter>(&system, Duration::from_mins(5));
    family.at("first").add(1).await.expect("it adds");
    let metrics = tokio::runtime::Handle::current().metrics();
    tokio::time::sleep(Duration::from_secs(400)).await;
    let before = metrics.num_alive_tasks();

    let keys = crowd();
    for number in 0..keys {
        assert_eq!(family.at(&number).add(1).await, Ok(1));
    }
    assert_eq!(family.live(), keys);
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(metrics.num_alive_tasks(), before, "nor one for a live one");
    tokio::time::sleep(Duration::from_secs(400)).await;
    assert_eq!(family.live(), 0);
    assert_eq!(metrics.num_alive_tasks(), before);
    assert_eq!(store.len(), keys + 1);
    assert_eq!(family.at(&7).add(1).await, Ok(2));
}
