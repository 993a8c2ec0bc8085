use noex::prelude::*;

#[derive(Protocol)]
enum ClockMsg {
    #[call(u64)]
    Wait,
    #[info]
    Done { n: u64, reply: ReplyTo<u64> },
}

#[derive(GenServer, Default)]
#[genserver(protocol = ClockMsg)]
struct Clock {
    waited: u64,
}

#[handlers(ClockMsg)]
impl Clock {
    fn wait(&mut self, reply: ReplyTo<u64>, cx: &mut Cx<Self>) {
        self.waited += 1;
        cx.send_after(std::time::Duration::from_secs(1), ClockMsg::Done { n: self.waited, reply });
    }

    fn done(&mut self, n: u64, reply: ReplyTo<u64>) {
        reply.send(n);
    }
}

fn main() {}
