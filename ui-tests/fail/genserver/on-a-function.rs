// The derive is the mistake: the compiler does not run it here.
use noex::prelude::*;

#[derive(GenServer)]
fn pinger() {}

fn main() {}
