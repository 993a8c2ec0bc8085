// The derive is the mistake: the compiler does not run it here.
use noex::prelude::*;

#[derive(Stored)]
fn ping() {}

fn main() {}
