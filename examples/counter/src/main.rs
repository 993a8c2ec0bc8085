//! The quick start: a number that outlives its process.
//!
//! `cargo run -p counter` adds one and ends. `cargo run -p counter -- forever` goes on adding until it is stopped or
//! killed. Either goes on from where the last one was.

use std::path::PathBuf;
use std::time::Duration;

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
}

#[derive(GenServer, Default)]
#[genserver(protocol = CounterMsg)]
#[persist(interval = "1s")]
struct Counter {
    total: i64,
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
}

#[tokio::main]
async fn main() -> Result<(), noex::Error> {
    let system = System::new(SqliteAdapter::open(database())?);
    let counter = system
        .start(Counter::spec(Counter::default).name("counter"))
        .await?;
    println!("the total is {}", counter.total().await?);

    if std::env::args().nth(1).as_deref() == Some("forever") {
        add_until_stopped(&counter).await?;
    } else {
        add_once(&counter).await?;
    }
    println!("{}", system.shutdown().await?);
    Ok(())
}

async fn add_once(counter: &CounterClient) -> Result<(), noex::Error> {
    println!("one more is {}", counter.add(1).await?);
    counter.checkpoint().await?;
    println!("it is on the disk: run me again, and I go on from there");
    println!("or try to lose it: cargo run -p counter -- forever");
    Ok(())
}

async fn add_until_stopped(counter: &CounterClient) -> Result<(), noex::Error> {
    println!(
        "Ctrl-C stops me and saves; kill -9 {} costs the last second at most",
        std::process::id()
    );
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    loop {
        tokio::select! {
            _ = ticks.tick() => println!("{}", counter.add(1).await?),
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

/// `./data/counter.db`, or what `COUNTER_DB` says.
fn database() -> PathBuf {
    std::env::var_os("COUNTER_DB").map_or_else(|| "data/counter.db".into(), PathBuf::from)
}
