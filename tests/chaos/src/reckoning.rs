//! Once the trouble is over: every server that should be there answers, and every other one has a reason not to.

use futures_util::future::FutureExt;
use noex::prelude::*;
use noex::{Checkpoint, CheckpointError, Client, StartErrorKind, System};

use crate::census::Last;
use crate::ledger::Op;
use crate::life::Desk;
use crate::page::{Page, Receipt};
use crate::patience::in_time;
use crate::tree::{FAMILY, Place, Seat};

/// What is to be expected of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Up,
    Down,
}

/// How a server was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Up,
    Down,
    Parked,
    Odd,
}

/// How often everybody is asked until all is well.
const ASKED: u32 = 40;

/// Who looks, as a sender.
const RECKONER: u32 = 80;

/// Waits until every server is where it belongs, and says which is not.
pub(crate) async fn reckon(desk: &Desk, system: &System) {
    // Restarts that wait, starts that hang and writes that are retried come to their ends first.
    tokio::time::sleep(desk.pace.unit * 150).await;
    let mut astray = Vec::new();
    for _ in 0..ASKED {
        astray = look_round(desk, system).await;
        if astray.is_empty() {
            break;
        }
        tokio::time::sleep(desk.pace.unit * 50).await;
    }
    for story in astray {
        desk.ledger.wrong(story);
    }
    let (mut answering, mut silent) = (0, 0);
    for seat in desk.tree.seats() {
        match ask(desk, &seat).await {
            Ok(_) => answering += 1,
            Err(_) => silent += 1,
        }
    }
    desk.ledger.count(|tally| {
        tally.answering += answering;
        tally.silent += silent;
    });
}

/// Who is not as expected.
async fn look_round(desk: &Desk, system: &System) -> Vec<String> {
    let mut astray = Vec::new();
    let mut loose = 0;
    for seat in desk.tree.seats() {
        let answer = ask(desk, &seat).await;
        let (found, expected) = (found(&answer), expected(desk, &seat));
        let last = desk.census.last(&seat.name);
        let parked = found == Found::Parked
            && matches!(
                last,
                Some(Last::Parked | Last::NotStarted { about_record: true })
            );
        let is_well = match expected {
            Expected::Up => found == Found::Up || parked,
            Expected::Down => found == Found::Down || found == Found::Parked,
        };
        if !is_well {
            astray.push(format!(
                "{} should be {expected:?}, but it is {found:?} ({answer:?}), last heard of as {last:?}, {:?}",
                seat.name, seat.place
            ));
        }
        if let Place::Dynamic { .. } = seat.place {
            loose += usize::from(found == Found::Up);
        }
        astray.extend(check_listing(desk, &seat, found));
        if over(desk, &seat) && system.find::<Page>(&seat.name).is_some() {
            astray.push(format!("{} still has its name", seat.name));
        }
    }
    let counted = desk.tree.dynamic.count_children().up;
    if counted != loose {
        astray.push(format!(
            "{counted} loose children are counted, {loose} answer"
        ));
    }
    astray
}

/// What its supervisor says of a server is what it is.
fn check_listing(desk: &Desk, seat: &Seat, found: Found) -> Option<String> {
    let Place::Under { top, child, .. } = &seat.place else {
        return None;
    };
    let handle = desk.tree.tops.get(*top)?.as_ref()?;
    if *child != seat.name || handle.ended().now_or_never().is_some() {
        return None;
    }
    let children = handle.children();
    let info = children.iter().find(|info| *info.id == *seat.name)?;
    (info.is_up != (found == Found::Up)).then(|| format!("{info:?} is listed, but it is {found:?}"))
}

fn found<E>(answer: &Result<Receipt, CallError<E>>) -> Found {
    match answer {
        Ok(_) => Found::Up,
        Err(CallError::NotRunning) => Found::Down,
        Err(
            CallError::Parked
            | CallError::NotStarted {
                kind: StartErrorKind::Restore,
                ..
            },
        ) => Found::Parked,
        Err(_) => Found::Odd,
    }
}

async fn ask(desk: &Desk, seat: &Seat) -> Result<Receipt, CallError> {
    let op = Op {
        by: desk.sender(RECKONER),
        n: desk.next_question(),
        passed_on: true,
    };
    seat.client.look(op).timeout(desk.pace.patience(100)).await
}

/// Whether the supervisor on whom all depends has ended.
fn over(desk: &Desk, seat: &Seat) -> bool {
    let top_is_over = |top: usize| {
        let handle = desk.tree.tops.get(top).and_then(Option::as_ref);
        handle.is_none_or(|handle| handle.ended().now_or_never().is_some())
    };
    match &seat.place {
        Place::Under { top, .. } => top_is_over(*top),
        Place::Family => false,
        Place::Dynamic { .. } => top_is_over(2),
    }
}

fn expected(desk: &Desk, seat: &Seat) -> Expected {
    if over(desk, seat) {
        return Expected::Down;
    }
    let last = desk.census.last(&seat.name);
    match &seat.place {
        Place::Under {
            top,
            child,
            restart,
        } => {
            if desk.is_aside(*top, child) {
                return Expected::Down;
            }
            by_restart(*restart, last)
        }
        Place::Family => {
            let top = desk.tree.tops.first().and_then(Option::as_ref);
            let is_over = top.is_none_or(|top| top.ended().now_or_never().is_some());
            if is_over || desk.is_aside(0, FAMILY) {
                Expected::Down
            } else {
                Expected::Up
            }
        }
        Place::Dynamic { restart, .. } => by_restart(*restart, last),
    }
}

fn by_restart(restart: Restart, last: Option<Last>) -> Expected {
    let is_up = last == Some(Last::Up);
    match restart {
        Restart::Transient if last == Some(Last::Ended { well: true }) => Expected::Down,
        Restart::Temporary if !is_up => Expected::Down,
        _ => Expected::Up,
    }
}

/// Saves every server that is there: the store is well, so all of them can be.
pub(crate) async fn save_all(desk: &Desk) {
    for seat in desk.tree.seats() {
        let Ok(receipt) = ask(desk, &seat).await else {
            continue;
        };
        let name = || format!("the last checkpoint of {}", seat.name);
        let checkpoint = seat.client.checkpoint();
        let before = Some(receipt.mark);
        match in_time(&desk.ledger, desk.long(), name, checkpoint).await {
            Some(Ok(Checkpoint::Saved(meta))) => {
                desk.ledger
                    .checkpointed(&seat.key, Some(meta.revision), before);
            }
            Some(Ok(Checkpoint::Unchanged)) => desk.ledger.checkpointed(&seat.key, None, before),
            // It hears of it only now.
            Some(Err(CheckpointError::Call(CallError::Fenced)))
                if desk.ledger.is_taken_over(&seat.key) => {}
            odd => desk
                .ledger
                .wrong(format!("{} is not saved: {odd:?}", seat.name)),
        }
    }
}

/// Every server that is there, and has its key for itself, with its incarnation.
pub(crate) async fn present(desk: &Desk) -> Vec<(Seat, u64)> {
    let mut present = Vec::new();
    for seat in desk.tree.seats() {
        let is_its_own = !desk.ledger.is_taken_over(&seat.key);
        if let Ok(receipt) = ask(desk, &seat).await
            && is_its_own
        {
            present.push((seat, receipt.mark.token));
        }
    }
    present
}
