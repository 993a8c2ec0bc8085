use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[call(i64)]
    Add {
        #[cast]
        by: i64,
    },
}

fn main() {}
