//! A message that carries the right to answer another call, in a type of its own.

use noex::prelude::*;

struct Waiting(ReplyTo<u64>);

#[derive(Protocol)]
enum ClockMsg {
    #[call(u64)]
    Wait,
    #[info]
    Done { n: u64, waiting: Waiting },
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
        let waiting = Waiting(reply);
        cx.send_after(
            std::time::Duration::ZERO,
            ClockMsg::Done {
                n: self.waited,
                waiting,
            },
        );
    }

    fn done(&mut self, n: u64, waiting: Waiting) {
        waiting.0.send(n);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), noex::Error> {
    let system = System::without_store();
    let clock = system.start(Clock::spec(Clock::default)).await?;
    assert_eq!(clock.wait().await?, 1);
    Ok(())
}
