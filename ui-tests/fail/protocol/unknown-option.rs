use noex::prelude::*;

#[derive(Protocol)]
#[protocol(cliemt = Counter)]
enum CounterMsg {
    #[cast]
    Reset,
}

fn main() {}
