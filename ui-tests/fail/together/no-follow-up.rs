use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    Add { by: i64 },
    #[cast]
    Reset,
}

#[derive(GenServer, Default)]
#[genserver(protocol = CounterMsg, on_start = Counter::begin)]
#[persist(intervall = "30s", before_persist = Counter::stamp)]
struct Counter {
    total: i64,
    #[persist(skip)]
    rendered: Option<String>,
}

impl Counter {
    fn begin(&mut self, _cx: &mut Cx<Self>) -> Result<(), String> {
        Ok(())
    }

    fn stamp(&self) -> Persist<Stored<Self>> {
        Persist::Changed(Stored::<Self> { total: 1, ..self.to_stored() })
    }
}

#[handlers(CounterMsg)]
impl Counter {
    fn add(&mut self, by: i64) -> i64 {
        self.total += by;
        self.total
    }

    fn reset(&mut self) {
        self.total = 0;
    }
}

async fn run(system: &System) -> Result<(), noex::Error> {
    let counter = system.start(Counter::spec(Counter::default).name("counter")).await?;
    counter.reset().await?;
    counter.add(1).await?;
    Ok(())
}

fn main() {}
