//! Servers with a lock: their records say to what shape.

use noex::prelude::*;
use noex::shape::Locked;

use super::chain;
use crate::counter::{begin, record, text};

#[derive(Protocol)]
enum LampMsg {
    /// Whether it is on.
    #[call(bool)]
    Look,
}

#[derive(Default, GenServer)]
#[genserver(protocol = LampMsg)]
#[persist(shape = 0x65b8f753a7951d4f)]
struct Lamp {
    on: bool,
}

#[handlers(LampMsg)]
impl Lamp {
    fn look(&self) -> bool {
        self.on
    }
}

// V4: a record says the shape of the state in it; that of a server without a lock says none
#[tokio::test(start_paused = true)]
async fn a_record_says_the_shape_it_is_locked_to() {
    begin();
    let store = chain::stored(Lamp::spec(Lamp::default)).await;
    let locked = text(&record(&store, "a").expect("it is stored"));
    let shape = format!("\"shape\":\"{:016x}\"", Lamp::LOCK.hash());
    assert!(locked.contains(&shape), "{shape}: {locked}");
    let store = chain::stored(chain::V1::spec(|| chain::V1 { cents: 1 })).await;
    let plain = text(&record(&store, "a").expect("it is stored"));
    assert!(!plain.contains("\"shape\":\""), "{plain}");
}
