use noex::prelude::*;

#[derive(Protocol)]
#[protocol(clinet = Counters)]
enum CounterMsg {
    Add { by: i64 },
    #[cast(u8)]
    Reset,
}

#[derive(GenServer, Default)]
#[genserver(protocol = CounterMsg, mailbox = 0, call_timeout = "soon")]
#[persist(intervall = "30s", max_age = "0s", version = 0, key = "{nam}")]
struct Counter {
    #[persist(skip, rename = "sum")]
    total: i64,
    #[persist(with = "hex", as = "Vec<_>")]
    bytes: Vec<u8>,
}

#[handlers(CounterMsg)]
impl Counter {
    fn add<T>(&mut self, by: i64) -> i64 {
        self.total += by;
        self.total
    }

    fn reset(self) {}
}

fn main() {}
