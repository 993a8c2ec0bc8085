use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[cast]
    Reset,
    #[info]
    Tick,
}

async fn forge(counter: &CounterClient) {
    counter.tick().await;
}

fn main() {}
