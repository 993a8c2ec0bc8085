// Four errors: the compiler asks for the server at each context, too.
use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
    #[cast]
    Stop,
}

struct Pinger;

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self, _cx: &mut Cx<Self>) {}

    fn stop(&self, cx: &mut Cx<Self>) {
        cx.stop();
    }
}

fn main() {}
