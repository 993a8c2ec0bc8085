//! On purpose, and one at a time: a crash and a hang, of which it is known what has to follow.

use futures_util::future::{FutureExt, join_all};
use noex::prelude::*;
use noex::testing::Gate;
use noex::{Client, ExitReason};

use crate::chance::Chance;
use crate::ledger::Op;
use crate::life::Desk;
use crate::page::Receipt;
use crate::patience::in_time;
use crate::tree::{Place, Seat};

/// Who drills, as a sender.
const DRILLER: u32 = 90;

/// Crashes one server, and hangs another one, that are restarted for sure.
pub(crate) async fn drill(desk: &Desk, chance: &mut Chance) {
    if !desk.pace.is_paused {
        return;
    }
    // Neither earlier restarts nor earlier crashes of a record count any more.
    tokio::time::sleep(desk.pace.unit * 650).await;
    let mut seats = Vec::new();
    for seat in desk.tree.seats() {
        if let Some(receipt) = is_sound(desk, &seat).await {
            seats.push((seat, receipt));
        }
    }
    if seats.is_empty() {
        return;
    }
    let (seat, before) = chance.one_of(&seats).clone();
    crash(desk, &seat, before).await;
    let (seat, _) = chance.one_of(&seats).clone();
    hang(desk, &seat).await;
}

/// The server is up, is not poisoned, and can well be crashed.
async fn is_sound(desk: &Desk, seat: &Seat) -> Option<Receipt> {
    let is_permanent = matches!(
        &seat.place,
        Place::Under {
            restart: Restart::Permanent,
            ..
        }
    );
    if !seat.is_patient || !is_permanent {
        return None;
    }
    let receipt = seat.client.look(op(desk)).await.ok()?;
    (!receipt.poisoned).then_some(receipt)
}

fn op(desk: &Desk) -> Op {
    Op {
        by: desk.sender(DRILLER),
        n: desk.next_question(),
        passed_on: false,
    }
}

/// What is queued behind a crash is handled by the next incarnation, in order, and who watches hears of the end.
async fn crash(desk: &Desk, seat: &Seat, before: Receipt) {
    let (client, limit) = (&seat.client, desk.pace.unit * 400);
    desk.ledger
        .tell(format!("{} is crashed on purpose", seat.name));
    let monitor = client.monitor();
    let sent = vec![
        client.add(op(desk)).timeout(limit).boxed(),
        client.crash(op(desk)).timeout(limit).boxed(),
        client.add(op(desk)).timeout(limit).boxed(),
        client.add(op(desk)).timeout(limit).boxed(),
    ];
    let answers = join_all(sent).await;
    let is_well = match answers.as_slice() {
        [
            Ok(first),
            Err(CallError::Crashed { .. }),
            Ok(next),
            Ok(last),
        ] => {
            first.mark.token == before.mark.token
                && next.mark.token > first.mark.token
                && last.mark.token == next.mark.token
                && last.mark.seq == next.mark.seq + 1
        }
        _ => false,
    };
    if !is_well {
        let name = &seat.name;
        desk.ledger
            .wrong(format!("{name} was crashed: {before:?}, then {answers:?}"));
    }
    let down = in_time(&desk.ledger, limit, || "a monitor".into(), monitor).await;
    let is_crash = |reason: &ExitReason| matches!(reason, ExitReason::Crashed { .. });
    if down.as_ref().is_some_and(|down| !is_crash(&down.reason)) {
        desk.ledger.wrong(format!(
            "{} was crashed, and is told to be {down:?}",
            seat.name
        ));
    }
}

/// Who hangs is killed at the deadline of a stop, and the next incarnation answers; its handler never does.
async fn hang(desk: &Desk, seat: &Seat) {
    let (client, limit) = (&seat.client, desk.pace.unit * 400);
    desk.ledger.tell(format!("{} hangs on purpose", seat.name));
    let gate = Gate::new();
    let hanging = client.hang(op(desk), gate.clone()).timeout(limit);
    let stopping = async {
        gate.has_waiting(1).await;
        client.stop().await
    };
    let both = async { tokio::join!(hanging, stopping) };
    let ended = in_time(&desk.ledger, limit * 2, || "a hang".into(), both).await;
    gate.open();
    let answer = client.add(op(desk)).timeout(limit).await;
    let was_killed = matches!(
        &ended,
        Some((
            Err(CallError::Crashed { .. }),
            Err(noex::StopError::Killed { .. })
        ))
    );
    if !was_killed || answer.is_err() {
        let name = &seat.name;
        desk.ledger
            .wrong(format!("{name} hung: {ended:?}, then {answer:?}"));
    }
}
