//! Batches in which something goes wrong before the commit.

use std::time::Duration;

use tokio::sync::oneshot;

use super::*;
use crate::store::disk::writer::Session as _;
use crate::store::{Claim, Epoch, NodeId, Record, Revision};

/// A session on a database that may grow by no more than a few pages.
fn cramped() -> Session {
    let target = Target {
        path: None,
        table: "records".to_owned(),
        busy_timeout: Duration::ZERO,
    };
    let connection = schema::open(&target).expect("a database in memory");
    let session = Session::new(connection, target, usize::MAX).expect("a session");
    let open = session.connection().expect("it is open");
    let pages: i64 = open
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .expect("it has pages");
    let limit = format!("PRAGMA max_page_count = {}", pages + 8);
    open.query_row(&limit, [], |_| Ok(())).expect("it is set");
    session
}

fn key(text: &str) -> Key {
    Key::new(text).expect("a valid key")
}

fn put(text: &str, size: usize) -> Write {
    let revision = Revision::new(Epoch::new(1), 1);
    Write::put(
        key(text),
        None,
        Record::new(revision, "kind", vec![b'x'; size]),
    )
}

fn job<T>(make: impl FnOnce(Answer<T>) -> Job) -> (Job, oneshot::Receiver<Result<T, StoreError>>) {
    let (answer, receiver) = oneshot::channel();
    (make(answer), receiver)
}

fn write(write: Write) -> (Job, oneshot::Receiver<Result<(), StoreError>>) {
    job(|answer| Job::Write { write, answer })
}

// A3: when a full disk has rolled the transaction back, nothing of its batch is stored, what came after that neither
#[test]
fn a_batch_that_was_rolled_back_stores_nothing() {
    let mut session = cramped();
    let ((before, mut one), (large, mut two)) = (write(put("a", 1)), write(put("b", 1_000_000)));
    let (after, mut three) = write(put("c", 1));
    session.run(vec![before, large, after]);
    for answer in [&mut one, &mut two, &mut three] {
        let answer = answer.try_recv().expect("it is answered");
        assert!(
            matches!(answer, Err(StoreError::Rejected { .. })),
            "{answer:?}"
        );
    }
    for text in ["a", "b", "c"] {
        let (load, mut loaded) = job(|answer| Job::Load {
            key: key(text),
            answer,
        });
        session.run(vec![load]);
        let loaded = loaded.try_recv().expect("it is answered");
        assert!(loaded.expect("it loads").is_none(), "{text}");
    }
    let (again, mut answer) = write(put("a", 1));
    session.run(vec![again]);
    answer
        .try_recv()
        .expect("it is answered")
        .expect("there is room");
}

// T1: a key is given back whatever becomes of the writes in its batch
#[test]
fn a_key_is_given_back_in_a_batch_that_fails() {
    let mut session = cramped();
    let claim = claimed(&mut session, "a");
    let (large, _) = write(put("b", 1_000_000));
    let (release, mut released) = job(|answer| Job::Release {
        key: key("a"),
        claim,
        answer,
    });
    session.run(vec![large, release]);
    released
        .try_recv()
        .expect("it is answered")
        .expect("it is given back");
    claimed(&mut session, "a");
}

// T1: and also while another program keeps the database from being written
#[test]
fn a_key_is_given_back_while_nothing_can_be_written() {
    let mut session = cramped();
    let claim = claimed(&mut session, "a");
    let open = session.connection().expect("it is open");
    open.execute_batch("BEGIN")
        .expect("a transaction nobody ends");
    let (blocked, mut refused) = write(put("b", 1));
    let (release, mut released) = job(|answer| Job::Release {
        key: key("a"),
        claim,
        answer,
    });
    session.run(vec![blocked, release]);
    assert!(refused.try_recv().expect("it is answered").is_err());
    released
        .try_recv()
        .expect("it is answered")
        .expect("it is given back");
    let open = session.connection().expect("it is open");
    open.execute_batch("ROLLBACK").expect("it ends");
    claimed(&mut session, "a");
}

fn claimed(session: &mut Session, text: &str) -> Claim {
    let (claim, mut answer) = job(|answer| Job::Claim {
        key: key(text),
        node: NodeId::new(1),
        by: "a server".into(),
        answer,
    });
    session.run(vec![claim]);
    let claimed = answer.try_recv().expect("it is answered");
    claimed.expect("the key is free").claim
}
