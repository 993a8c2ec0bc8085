//! Every operation of a workload fails in every way, once and for ever.

use super::super::disk::simulated::{Fault, INTERRUPTED, Operation, Rule, SimulatedDisk};
use super::scene::{Truth, open, workload};

const EIO: i32 = 5;
const EACCES: i32 = 13;
const EMFILE: i32 = 24;
const ENOSPC: i32 = 28;

const OPERATIONS: [Operation; 9] = [
    Operation::List,
    Operation::Read,
    Operation::Create,
    Operation::Write,
    Operation::SyncFile,
    Operation::Rename,
    Operation::Remove,
    Operation::SyncDirectory,
    Operation::Reopen,
];

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(test);
}

/// Opens a store that was used before, and uses it, on a disk that fails by the rule. Says what was known in the end,
/// and how often something failed.
async fn try_rule(disk: &SimulatedDisk, rule: Rule) -> (Truth, usize) {
    let mut truth = Truth::default();
    let store = open(disk).expect("the disk is whole");
    truth.set(&store, "a", Some("0")).await;
    truth.set(&store, "z", Some("kept")).await;
    drop(store);
    disk.asked();
    disk.fail(rule);
    match open(disk) {
        Ok(store) => workload(&store, &mut truth).await,
        Err(error) => truth.errors.push(error.to_string()),
    }
    let failed = disk.heal();
    (truth, failed)
}

/// How often the workload asks for each operation.
fn count(operation: Operation) -> usize {
    let disk = SimulatedDisk::default();
    let mut count = 0;
    run(async {
        let rule = Rule {
            of: None,
            nth: usize::MAX,
            lasting: false,
            fault: Fault::Short,
        };
        let (truth, _) = try_rule(&disk, rule).await;
        assert_eq!(truth.errors, [""; 0]);
        let asked = disk.asked();
        count = asked
            .iter()
            .filter(|(asked, _)| *asked == operation)
            .count();
    });
    count
}

/// Lets each of the operations fail.
fn each_fails(fault: Fault, lasting: bool, check: impl Fn(&Truth, usize, Rule)) {
    for of in OPERATIONS {
        for nth in 0..count(of) {
            let rule = Rule {
                of: Some(of),
                nth,
                lasting,
                fault,
            };
            run(async {
                let disk = SimulatedDisk::default();
                let (mut truth, failed) = try_rule(&disk, rule).await;
                check(&truth, failed, rule);
                let cut = disk.cut(|_| false);
                let mut after_cut = truth.clone();
                truth.check_and_go_on(&disk).await;
                after_cut.check_and_go_on(&cut).await;
            });
        }
    }
}

fn is_told(truth: &Truth, failed: usize, rule: Rule) {
    assert!(failed > 0, "{rule:?} let nothing fail");
    assert!(!truth.errors.is_empty(), "nobody was told of {rule:?}");
}

// A2, A3: whichever operation fails, the caller is told, each record is the old one or the new one, also after a power
// cut, and the store opens and works again
#[test]
fn an_error_is_told_and_nothing_is_lost() {
    for code in [EIO, ENOSPC, EACCES, EMFILE] {
        each_fails(Fault::Fails(code), false, is_told);
    }
}

// A2, A3: so it is when the disk goes on failing
#[test]
fn a_disk_that_goes_on_failing_loses_nothing() {
    for code in [EIO, ENOSPC, INTERRUPTED] {
        each_fails(Fault::Fails(code), true, is_told);
    }
}

// A2, A3: and when what is said to have failed has happened
#[test]
fn what_happened_against_its_answer_is_found() {
    each_fails(Fault::FailsAfterwards(EIO), false, |_, failed, rule| {
        assert!(failed > 0, "{rule:?} let nothing fail");
    });
}

// A2: an operation that was interrupted is begun anew, one that did a part goes on
#[test]
fn interruptions_and_short_writes_go_unseen() {
    for (fault, lasting) in [
        (Fault::Fails(INTERRUPTED), false),
        (Fault::Short, false),
        (Fault::Short, true),
    ] {
        each_fails(fault, lasting, |truth, _, rule| {
            assert_eq!(truth.errors, [""; 0], "{rule:?}");
        });
    }
}

// A2: when the power is cut after any operation, what was acknowledged is there, and each record is whole, whichever
// names had reached the disk
#[test]
fn a_power_cut_takes_nothing_that_was_acknowledged() {
    let operations: usize = OPERATIONS.into_iter().map(count).sum();
    for nth in 0..operations {
        let rule = Rule {
            of: None,
            nth,
            lasting: true,
            fault: Fault::Fails(EIO),
        };
        for survivors in 0..3_usize {
            run(async {
                let disk = SimulatedDisk::default();
                let (mut truth, _) = try_rule(&disk, rule).await;
                let mut seen = 0;
                let cut = disk.cut(|_| {
                    seen += 1;
                    survivors == 2 || (survivors == 1 && (seen + nth) % 2 == 0)
                });
                truth.check_and_go_on(&cut).await;
            });
        }
    }
}
