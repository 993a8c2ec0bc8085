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
    fn add(&mut self, by: i64, times: i64) -> i64 {
        self.total += by * times;
        self.total
    }

    fn reset(&mut self, _cx: &mut InitCx<Self>) {}
}

fn main() {}
