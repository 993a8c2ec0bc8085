use noex::prelude::*;

/// What a counter can be asked.
#[derive(Protocol)]
enum CounterMsg {
    /// Adds `by` and answers the new total.
    #[call(i64)]
    Add { by: i64 },
    /// The total so far.
    #[call(i64)]
    Total,
    /// Starts again from zero.
    #[cast]
    Reset,
}

#[derive(GenServer, Default)]
#[genserver(protocol = CounterMsg)]
#[persist(interval = "30s", max_age = "24h")]
struct Counter {
    total: i64,
    #[persist(skip)]
    rendered: Option<String>,
}

#[handlers(CounterMsg)]
impl Counter {
    fn add(&mut self, by: i64) -> i64 {
        self.total += by;
        self.total
    }

    fn total(&self) -> i64 {
        self.total
    }

    fn reset(&mut self) {
        self.total = 0;
        self.rendered = None;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), noex::Error> {
    let store = MemoryAdapter::new();
    let system = System::new(store.clone());
    let counter = system
        .start(Counter::spec(Counter::default).name("counter"))
        .await?;
    assert_eq!(counter.add(2).await?, 2);
    assert_eq!(counter.clone().total().await?, 2);
    system.shutdown().await?;

    let system = System::new(store);
    let counter = system
        .start(Counter::spec(Counter::default).name("counter"))
        .await?;
    assert_eq!(counter.add(1).await?, 3);
    counter.reset().await?;
    assert_eq!(counter.total().await?, 0);
    Ok(())
}
