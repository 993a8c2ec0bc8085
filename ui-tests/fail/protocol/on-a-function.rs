// The derive is the mistake: the compiler does not run it here.
use noex::prelude::*;

#[derive(Protocol)]
fn ping() {}

fn main() {}
