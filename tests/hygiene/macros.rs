//! Servers made by a `macro_rules`, whose names, types and paths come from where it is used.

use durable::prelude::*;

macro_rules! tally {
    ($msg:ident, $state:ident, $field:ident: $number:ty, $init:path, $stop:path) => {
        #[derive(Protocol)]
        #[protocol(crate = "durable")]
        enum $msg {
            #[call($number)]
            Add { by: $number },
            #[call(Result<$number, String>)]
            Take { by: $number },
            #[cast]
            Forget,
        }

        #[derive(GenServer)]
        #[genserver(
            protocol = $msg, args = $number, init = $init, on_start = $state::begin, terminate = $stop,
            crate = "durable"
        )]
        #[persist(
            version = 2, migrate(1 = Old), before_persist = $state::shown, after_persist = $state::noted,
            on_restore = $state::checked, on_error = told
        )]
        struct $state {
            $field: $number,
            #[persist(skip = 1)]
            rounds: u32,
        }

        #[handlers($msg, crate = "durable")]
        impl $state {
            fn add(&mut self, by: $number) -> $number {
                self.$field += by;
                self.$field
            }

            async fn take(&mut self, by: $number) -> Result<$number, String> {
                let left = self.$field.checked_sub(by).ok_or("too much")?;
                self.$field = left;
                Ok(left)
            }

            fn forget(&mut self) {
                self.$field = 0;
            }
        }

        impl $state {
            async fn begin(&mut self, _: &mut Cx<Self>) -> Result<(), String> {
                self.rounds += 1;
                Ok(())
            }

            fn shown(&self) -> Persist<Stored<Self>> {
                Persist::AsIs
            }

            fn noted(&mut self, _: &RecordMeta) {
                self.rounds += 1;
            }

            fn checked(&mut self, _: &RecordMeta) -> Result<(), String> {
                Ok(())
            }
        }

        impl From<Old> for $state {
            fn from(old: Old) -> Self {
                Self { $field: old.count, rounds: 0 }
            }
        }
    };
}

#[derive(durable::Stored)]
#[persist(crate = "durable")]
struct Old {
    count: u64,
}

fn told(error: &durable::PersistenceError) {
    panic!("{error}");
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_wraps,
    reason = "a hook's signature"
)]
fn open(count: &u64, _: &mut InitCx<Tally>) -> Result<Tally, String> {
    Ok(Tally {
        total: *count,
        rounds: 0,
    })
}

async fn close(tally: &mut Tally, _: &durable::ExitReason, _: &mut Cx<Tally>) {
    assert!(tally.rounds > 0);
    tokio::task::yield_now().await;
}

tally!(TallyMsg, Tally, total: u64, open, close);

#[tokio::test]
async fn a_server_can_be_made_by_a_macro() {
    let store = MemoryAdapter::new();
    for before in [5, 7] {
        let system = System::new(store.clone());
        let tally = system.start(Tally::spec(5).name("tally")).await;
        let tally = tally.expect("it starts");
        assert_eq!(tally.add(2).await, Ok(before + 2));
        assert_eq!(
            tally.take(99).await,
            Err(CallError::Failed("too much".into()))
        );
        assert_eq!(tally.take(0).await, Ok(before + 2));
        system.shutdown().await.expect("it saves");
    }
    let system = System::new(store);
    let tally = system.start(Tally::spec(5).name("tally")).await;
    let tally = tally.expect("it starts");
    tally.forget().await.expect("it forgets");
    assert_eq!(tally.add(0).await, Ok(0));
}
