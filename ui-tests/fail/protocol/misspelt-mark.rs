// Two errors: the compiler cannot know that the unknown attribute was meant as a mark, nor the macro that it is unknown.
use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[cal(i64)]
    Total,
}

fn main() {}
