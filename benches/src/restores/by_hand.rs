//! By hand: all records read and decoded one after the other, and given to actors or not.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

use super::{LOOKED_AT, Restored, check};
use crate::document::Document;
use crate::ground::{Ground, Record};
use crate::memory::resident;

/// As many messages as a noex mailbox holds.
const MAILBOX: usize = 1024;

/// A call: what has the document come to?
type Read = oneshot::Sender<Document>;

pub(super) fn read<G: Ground>(_: &Runtime, folder: &Path, servers: u32) -> Restored {
    let (before, began) = (resident(), Instant::now());
    let documents: HashMap<u32, Document> = G::records(folder).into_iter().map(known).collect();
    let restored = Restored {
        took: began.elapsed(),
        grown: resident().saturating_sub(before),
    };
    assert_eq!(documents.len(), servers as usize);
    for server in (0..servers).step_by(LOOKED_AT) {
        check(documents.get(&server).expect("it was stored"), server);
    }
    restored
}

pub(super) fn read_and_spawn<G: Ground>(
    runtime: &Runtime,
    folder: &Path,
    servers: u32,
) -> Restored {
    runtime.block_on(async {
        let (before, began) = (resident(), Instant::now());
        let actors: HashMap<u32, mpsc::Sender<Read>> = G::records(folder)
            .into_iter()
            .map(known)
            .map(|(server, document)| (server, spawn(document)))
            .collect();
        let restored = Restored {
            took: began.elapsed(),
            grown: resident().saturating_sub(before),
        };
        assert_eq!(actors.len(), servers as usize);
        for server in (0..servers).step_by(LOOKED_AT) {
            let (reply, document) = oneshot::channel();
            let actor = actors.get(&server).expect("it was stored");
            actor.send(reply).await.expect("it runs");
            check(&document.await.expect("it answers"), server);
        }
        restored
    })
}

fn known(record: Record) -> (u32, Document) {
    (record.server(), record.state)
}

fn spawn(document: Document) -> mpsc::Sender<Read> {
    let (sender, mut mailbox) = mpsc::channel::<Read>(MAILBOX);
    tokio::spawn(async move {
        while let Some(reply) = mailbox.recv().await {
            reply.send(document.clone()).ok();
        }
    });
    sender
}
