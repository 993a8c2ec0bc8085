use noex::prelude::*;

#[derive(Protocol)]
enum OrderMsg {
    #[call(u64)]
    Total,
    #[cast]
    Add { by: u64 },
}

#[derive(Clone)]
struct Deps {
    rate: u64,
}

#[derive(GenServer)]
#[genserver(
    protocol = OrderMsg, env = Deps, args = u64, init = Order::open, on_start = Order::resume,
    terminate = Order::close, mailbox = 16, call_timeout = "1s", start_timeout = "2s",
    shutdown_timeout = "3s", idle_timeout = "1h 30m", inline = false,
)]
#[persist(
    interval = "30s", key = "orders/{name}", max_age = "7d", save_on_stop = true, restore = true,
    before_persist = Order::stamp, after_persist = Order::saved, on_restore = Order::announce,
    on_error = report, on_unreadable = "quarantine", kind = "order",
)]
struct Order {
    total: u64,
    stamps: u64,
    #[persist(skip)]
    started: bool,
}

impl Order {
    async fn open(total: &u64, cx: &mut InitCx<Self>) -> Result<Self, std::io::Error> {
        tokio::task::yield_now().await;
        Ok(Self {
            total: *total * cx.env.rate,
            stamps: 0,
            started: false,
        })
    }

    fn resume(&mut self, _cx: &mut Cx<Self>) -> Result<(), Box<dyn std::error::Error>> {
        self.started = true;
        Ok(())
    }

    async fn close(&mut self, reason: &noex::ExitReason, _cx: &mut Cx<Self>) {
        let _ = reason;
        tokio::task::yield_now().await;
    }

    fn stamp(&self) -> Persist<Stored<Self>> {
        Persist::Changed(Stored::<Self> {
            stamps: self.stamps + 1,
            ..self.to_stored()
        })
    }

    fn saved(&mut self, _meta: &RecordMeta) {}

    async fn announce(&mut self, meta: &RecordMeta) -> Result<(), String> {
        assert_eq!(meta.kind.as_ref(), "order");
        self.total += 100 * self.stamps;
        Ok(())
    }
}

fn report(error: &noex::PersistenceError) {
    panic!("{error}");
}

#[handlers(OrderMsg)]
impl Order {
    fn total(&self) -> u64 {
        assert!(self.started);
        self.total
    }

    fn add(&mut self, by: u64, cx: &mut Cx<Self>) {
        self.total += by * cx.env.rate;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let store = MemoryAdapter::new();
    let spec = || Order::spec(2).name("1").env(Deps { rate: 5 });
    let system = System::new(store.clone());
    let order = system.start(spec()).await.expect("it starts");
    order.add(3).await.expect("sent");
    assert_eq!(order.total().await.expect("answered"), 25);
    system.shutdown().await.expect("it is saved");

    let system = System::new(store);
    let order = system.start(spec()).await.expect("it is restored");
    assert_eq!(order.total().await.expect("answered"), 125);
}
