//! The thread that owns the connection.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::job::Job;
use super::lock::ProcessLock;
use super::session::Session;
use crate::store::StoreError;

/// The most jobs of one transaction, so that none waits for a batch without end.
const MAX_BATCH: usize = 4096;

/// Takes jobs from any thread; dropping it waits for those that were taken.
pub(super) struct Writer {
    jobs: Option<Sender<Job>>,
    closed: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(session: Session, lock: Option<ProcessLock>) -> io::Result<Self> {
        let (jobs, receiver) = mpsc::channel();
        let closed = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&closed);
        let thread = thread::Builder::new()
            .name("noex-sqlite".to_owned())
            .spawn(move || serve(session, lock, &receiver, &seen))?;
        Ok(Self {
            jobs: Some(jobs),
            closed,
            thread: Mutex::new(Some(thread)),
        })
    }

    pub(super) fn send(&self, job: Job) -> Result<(), StoreError> {
        let Some(jobs) = &self.jobs else {
            return Err(StoreError::Closed);
        };
        jobs.send(job).map_err(|_| self.unanswered())
    }

    /// What becomes of a job the thread left unanswered: it was closed before the job was begun, or it broke off.
    pub(super) fn unanswered(&self) -> StoreError {
        if self.closed.load(Ordering::Acquire) {
            return StoreError::Closed;
        }
        StoreError::uncertain("the writer of the database broke off")
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        let thread = self
            .thread
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(thread.map(JoinHandle::join));
    }
}

fn serve(
    mut session: Session,
    lock: Option<ProcessLock>,
    jobs: &Receiver<Job>,
    closed: &AtomicBool,
) {
    let mut closers = Vec::new();
    while closers.is_empty() {
        let Some(batch) = next_batch(jobs, &mut closers) else {
            break;
        };
        session.run(batch);
    }
    closed.store(true, Ordering::Release);
    let ended = session.close();
    drop(lock);
    for job in jobs.try_iter().chain([]) {
        match job {
            Job::Close { answer } => closers.push(answer),
            other => other.refuse(StoreError::Closed),
        }
    }
    for answer in closers {
        drop(answer.send(ended.clone()));
    }
}

/// What came while the last batch was written, up to a close; none when every sender is gone.
fn next_batch(jobs: &Receiver<Job>, closers: &mut Vec<super::job::Answer<()>>) -> Option<Vec<Job>> {
    let mut batch = Vec::new();
    let mut next = jobs.recv().ok();
    next.as_ref()?;
    while let Some(job) = next {
        match job {
            Job::Close { answer } => {
                closers.push(answer);
                break;
            }
            job => batch.push(job),
        }
        next = if batch.len() < MAX_BATCH {
            jobs.try_recv().ok()
        } else {
            None
        };
    }
    Some(batch)
}
