use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[call(i64)]
    Add { by: i64, times: i64 },
    #[cast]
    Reset,
}

#[derive(GenServer, Default)]
#[genserver(protocol = CounterMsg)]
struct Counter {
    total: i64,
}

#[handlers(CounterMsg)]
impl Counter {
    fn add(&mut self, by: i64, times: i64) -> impl Future<Output = i64> {
        std::future::ready(by * times)
    }

    fn reset(&mut self) {
        self.total = 0;
    }
}

fn main() {}
