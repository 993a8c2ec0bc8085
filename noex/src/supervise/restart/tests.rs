//! Each rule of the decision in a small table.

use super::*;

use Ended::{Badly, Parked, Well};
use Place::{Due, Out, Up};
use Restart::{Permanent, Temporary, Transient};
use Strategy::{OneForAll, OneForOne, RestForOne};

const SECOND: Duration = Duration::from_secs(1);
const STRATEGIES: [Strategy; 3] = [OneForOne, OneForAll, RestForOne];

fn policy(strategy: Strategy) -> Policy {
    Policy {
        strategy,
        intensity: Intensity::new(3, 5 * SECOND),
        delay: None,
    }
}

fn children<const N: usize>(children: [(Restart, Place); N]) -> [Child; N] {
    children.map(|(restart, place)| Child { restart, place })
}

/// What follows from one exit without any before it.
fn verdict(strategy: Strategy, children: &[Child], who: usize, ended: Ended) -> Verdict {
    let mut history = History::default();
    policy(strategy).decide(children, &mut history, who, ended, Instant::now(), 0)
}

/// At once: what is stopped, what of it for good, and what is started.
fn restart<const A: usize, const B: usize, const C: usize>(
    stop: [usize; A],
    remove: [usize; B],
    start: [usize; C],
) -> Verdict {
    Verdict::Restart(Plan {
        stop: stop.into(),
        remove: remove.into(),
        after: Duration::ZERO,
        start: start.into(),
    })
}

// R1: permanent, transient, temporary
#[test]
fn who_is_started_again_follows_from_its_kind_and_its_end() {
    let table = [
        (Permanent, Well, true),
        (Permanent, Badly, true),
        (Permanent, Parked, false),
        (Transient, Well, false),
        (Transient, Badly, true),
        (Transient, Parked, false),
        (Temporary, Well, false),
        (Temporary, Badly, false),
        (Temporary, Parked, false),
    ];
    for (kind, ended, returns) in table {
        let children = children([(Permanent, Up), (kind, Up), (Permanent, Up)]);
        for strategy in STRATEGIES {
            let restarted = verdict(strategy, &children, 1, ended) != Verdict::Leave;
            assert_eq!(restarted, returns, "{strategy:?} {kind:?} {ended:?}");
        }
    }
}

// R1: one_for_one, one_for_all, rest_for_one
#[test]
fn a_strategy_says_who_else_is_restarted() {
    let children = children([(Permanent, Up); 4]);
    let table = [
        (OneForOne, 1, restart([], [], [1])),
        (OneForAll, 1, restart([3, 2, 0], [], [0, 1, 2, 3])),
        (RestForOne, 1, restart([3, 2], [], [1, 2, 3])),
        (RestForOne, 0, restart([3, 2, 1], [], [0, 1, 2, 3])),
        (RestForOne, 3, restart([], [], [3])),
    ];
    for (strategy, who, expected) in table {
        assert_eq!(verdict(strategy, &children, who, Badly), expected);
    }
}

// R1: a temporary sibling that is stopped is not started again
#[test]
fn temporary_siblings_are_stopped_for_good() {
    let children = children([(Temporary, Up), (Permanent, Up), (Temporary, Up)]);
    let table = [
        (OneForOne, restart([], [], [1])),
        (OneForAll, restart([2, 0], [2, 0], [1])),
        (RestForOne, restart([2], [2], [1])),
    ];
    for (strategy, expected) in table {
        assert_eq!(verdict(strategy, &children, 1, Badly), expected);
    }
}

// R1: what has ended for good, is parked or was stopped by hand stays down when a sibling is restarted
#[test]
fn what_is_out_stays_out() {
    let children = children([(Transient, Out), (Permanent, Up), (Permanent, Out)]);
    for strategy in STRATEGIES {
        assert_eq!(
            verdict(strategy, &children, 1, Badly),
            restart([], [], [1]),
            "{strategy:?}"
        );
    }
}

// R1: an exit that was on its way while its child was stopped by hand restarts nothing and counts for nothing
#[test]
fn late_news_of_a_child_that_is_out_restarts_nothing() {
    let children = children([(Permanent, Out), (Permanent, Up)]);
    for strategy in STRATEGIES {
        let mut history = History::default();
        let verdict = policy(strategy).decide(&children, &mut history, 0, Badly, Instant::now(), 0);
        assert_eq!((verdict, history.len()), (Verdict::Leave, 0));
    }
}

// R1: what an unfinished restart has not started yet is started by the one that takes its place
#[test]
fn a_restart_goes_on_with_what_another_had_begun() {
    // The second of four has failed to start, and the two after it have not been tried.
    let interrupted = children([
        (Permanent, Up),
        (Permanent, Due),
        (Permanent, Due),
        (Transient, Due),
    ]);
    let table = [
        (OneForOne, restart([], [], [1])),
        (OneForAll, restart([0], [], [0, 1, 2, 3])),
        (RestForOne, restart([], [], [1, 2, 3])),
    ];
    for (strategy, expected) in table {
        assert_eq!(verdict(strategy, &interrupted, 1, Badly), expected);
    }
}

// R1: who has ended is not stopped, whether or not its place has been changed already
#[test]
fn who_has_ended_is_started_and_never_stopped() {
    for place in [Up, Due] {
        let children = children([(Permanent, Up), (Permanent, place)]);
        assert_eq!(
            verdict(OneForAll, &children, 1, Badly),
            restart([0], [], [0, 1])
        );
    }
}

// R1: at most N restarts within a window, its end included
#[test]
fn one_restart_too_many_within_the_window_gives_up() {
    let start = Instant::now();
    let children = children([(Permanent, Up)]);
    let given_up = |seconds: &[u32]| -> Vec<bool> {
        let mut history = History::default();
        let decide = |at: &u32| {
            let now = start + SECOND * *at;
            policy(OneForOne).decide(&children, &mut history, 0, Badly, now, 0)
        };
        let verdicts = seconds.iter().map(decide);
        verdicts
            .map(|verdict| matches!(verdict, Verdict::GiveUp { .. }))
            .collect()
    };
    assert_eq!(given_up(&[0, 1, 2, 3]), [false, false, false, true]);
    assert_eq!(given_up(&[0, 1, 2, 5]), [false, false, false, true]);
    assert_eq!(given_up(&[0, 1, 2, 6]), [false; 4]);
    assert_eq!(
        given_up(&[0, 1, 2, 6, 6]),
        [false, false, false, false, true]
    );
    assert_eq!(given_up(&[0, 2, 4, 6, 8, 10]), [false; 6]);
}

// R1: a supervisor that gives up stops its children, the last started one first
#[test]
fn giving_up_stops_every_child_that_is_up() {
    let children = children([
        (Permanent, Up),
        (Temporary, Up),
        (Permanent, Up),
        (Permanent, Due),
        (Transient, Out),
        (Transient, Up),
    ]);
    for strategy in STRATEGIES {
        let policy = Policy {
            intensity: Intensity::new(0, SECOND),
            ..policy(strategy)
        };
        let mut history = History::default();
        let verdict = policy.decide(&children, &mut history, 2, Badly, Instant::now(), 0);
        let stop = vec![5, 1, 0];
        assert_eq!(verdict, Verdict::GiveUp { stop });
    }
}

// R1: a start that can never succeed, and an exit after which nothing is restarted, spend no restarts
#[test]
fn only_restarts_are_counted() {
    let children = children([(Permanent, Up), (Transient, Up), (Temporary, Up)]);
    let mut history = History::default();
    let now = Instant::now();
    for (who, ended, count) in [
        (0, Parked, 0),
        (1, Well, 0),
        (1, Parked, 0),
        (2, Badly, 0),
        (0, Well, 1),
        (1, Badly, 2),
    ] {
        policy(OneForAll).decide(&children, &mut history, who, ended, now, 0);
        assert_eq!(history.len(), count, "{who} {ended:?}");
    }
}

// R1: what is remembered is bounded, also where nobody heeds the verdict
#[test]
fn a_history_holds_no_more_than_one_restart_too_many() {
    let mut history = History::default();
    let now = Instant::now();
    for millis in 0..1000 {
        history.note(now + Duration::from_millis(millis), Intensity::default());
        assert!(history.len() <= 4);
    }
    assert_eq!(history.note(now + 7 * SECOND, Intensity::default()), 1);
}

// R1: the delay doubles with each restart in the window, up to the longest, and is drawn from its upper half
#[test]
fn a_delay_grows_with_the_restarts_in_the_window() {
    let delay = Backoff::new(SECOND, 6 * SECOND);
    for (restarts, whole) in [(1, 1), (2, 2), (3, 4), (4, 6), (5, 6), (u32::MAX, 6)] {
        let whole = SECOND * whole;
        assert_eq!(delay.before(restarts, 0), whole / 2);
        let longest = delay.before(restarts, u64::MAX);
        assert!(longest <= whole && longest + Duration::from_micros(1) > whole);
    }
}

#[test]
fn a_delay_can_be_anything() {
    let delays = [Duration::ZERO, Duration::from_nanos(1), Duration::MAX];
    for (first, most) in delays
        .into_iter()
        .flat_map(|one| delays.map(|two| (one, two)))
    {
        for restarts in [0, 1, 2, 95, 4_000_000_000] {
            let delay = Backoff::new(first, most).before(restarts, u64::MAX);
            assert!(delay <= most);
        }
    }
}

// R1: a restart waits for its delay, which begins anew when the window has passed
#[test]
fn a_restart_waits_as_long_as_its_delay() {
    let policy = Policy {
        delay: Some(Backoff::new(SECOND, 60 * SECOND)),
        ..policy(OneForOne)
    };
    let children = children([(Permanent, Up)]);
    let (mut history, start) = (History::default(), Instant::now());
    for (at, whole) in [(0, 1), (1, 2), (5, 4), (30, 1)] {
        let now = start + SECOND * at;
        let verdict = policy.decide(&children, &mut history, 0, Badly, now, 0);
        let Verdict::Restart(plan) = verdict else {
            panic!("{verdict:?} after {at} s");
        };
        assert_eq!(plan.after, SECOND * whole / 2);
    }
}
