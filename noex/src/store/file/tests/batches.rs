//! Jobs of one batch that depend on each other, and a disk that fails under it.

use tokio::sync::oneshot::{self, Receiver};

use super::super::disk::simulated::{Fault, Operation, Rule, SimulatedDisk};
use super::super::folder::Folder;
use super::super::name::Names;
use super::super::opening::look_through;
use super::super::session::Session;
use super::scene::{create, key, record};
use crate::store::disk::job::{Answer, Job};
use crate::store::disk::writer::Session as _;
use crate::store::{Claim, Epoch, NodeId, Revision, StoreError, Write};

type Outcome<T> = Receiver<Result<T, StoreError>>;

fn session(disk: &SimulatedDisk) -> Session {
    let folder = Folder::new(Box::new(disk.clone()));
    let names = Names::new("json").expect("an extension");
    let found = look_through(&folder, &names).expect("the disk is whole");
    Session::new(folder, names, found)
}

fn job<T>(make: impl FnOnce(Answer<T>) -> Job) -> (Job, Outcome<T>) {
    let (answer, outcome) = oneshot::channel();
    (make(answer), outcome)
}

fn write(write: Write) -> (Job, Outcome<()>) {
    job(|answer| Job::Write { write, answer })
}

fn load(text: &str) -> (Job, Outcome<Option<crate::store::Loaded>>) {
    let key = key(text);
    job(|answer| Job::Load { key, answer })
}

fn fail(disk: &SimulatedDisk, of: Operation) {
    disk.fail(Rule {
        of: Some(of),
        nth: 0,
        lasting: false,
        fault: Fault::Fails(5),
    });
}

fn answered<T>(mut outcome: Outcome<T>) -> Result<T, StoreError> {
    outcome.try_recv().expect("it is answered")
}

fn claimed(session: &mut Session, text: &str) -> Claim {
    let (claim, outcome) = job(|answer| Job::Claim {
        key: key(text),
        node: NodeId::new(1),
        by: "a server".into(),
        answer,
    });
    session.run(vec![claim]);
    answered(outcome).expect("nobody holds it").claim
}

// A2: what is loaded after a write in its batch is given only if it is on the disk
#[test]
fn a_load_waits_for_the_write_before_it() {
    let disk = SimulatedDisk::default();
    let mut session = session(&disk);
    for of in [Operation::SyncFile, Operation::SyncDirectory] {
        fail(&disk, of);
        let (before, nothing) = load("k");
        let (put, failed) = write(create("k", "v"));
        let (after, refused) = load("k");
        let (other, saved) = load("other");
        session.run(vec![before, put, after, other]);
        assert!(
            answered(nothing)
                .expect("it was before the write")
                .is_none()
        );
        assert!(answered(failed).is_err());
        let refused = answered(refused).expect_err("nobody knows");
        assert!(!refused.is_uncertain(), "{refused}");
        assert!(answered(saved).expect("nobody wrote it").is_none());
    }
}

// P3: only the last of a key's states in a batch is written, and all of them stand or fall with it
#[test]
fn states_of_one_key_are_written_once() {
    let disk = SimulatedDisk::default();
    let mut session = session(&disk);
    let known = Revision::new(Epoch::new(1), 1);
    let replace = || {
        Write::put(
            key("k"),
            Some(known),
            record(Revision::after(Some(known), known.epoch), "2"),
        )
    };
    fail(&disk, Operation::SyncFile);
    for stands in [false, true] {
        disk.asked();
        let (one, first) = write(create("k", "1"));
        let (two, second) = write(replace());
        session.run(vec![one, two]);
        assert_eq!(answered(first).is_ok(), stands);
        assert_eq!(answered(second).is_ok(), stands);
        let asked = disk.asked();
        let syncs = asked
            .iter()
            .filter(|(asked, _)| *asked == Operation::SyncFile);
        assert_eq!(syncs.count(), 1);
    }
}

// A3: what fails takes nothing along that has another key
#[test]
fn a_failure_is_that_of_its_key() {
    let disk = SimulatedDisk::default();
    let mut session = session(&disk);
    fail(&disk, Operation::Rename);
    let (jobs, outcomes): (Vec<_>, Vec<_>) = (0..20)
        .map(|number| write(create(&format!("k{number}"), "v")))
        .unzip();
    session.run(jobs);
    let failed = outcomes.into_iter().map(answered).filter(Result::is_err);
    assert_eq!(failed.count(), 1);
}

// T1: a key is given back whatever becomes of the writes in its batch
#[test]
fn a_claim_is_given_back_whatever_fails() {
    let disk = SimulatedDisk::default();
    let mut session = session(&disk);
    let claim = claimed(&mut session, "k");
    fail(&disk, Operation::SyncFile);
    let revision = Revision::after(None, claim.epoch);
    let last = Write::put(key("k"), None, record(revision, "last"));
    let (last, failed) = write(last.under(claim).last());
    let (release, released) = job(|answer| Job::Release {
        key: key("k"),
        claim,
        answer,
    });
    session.run(vec![last, release]);
    assert!(answered(failed).is_err());
    answered(released).expect("giving back takes no disk");
    claimed(&mut session, "k");
}
