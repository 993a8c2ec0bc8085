//! The thread that does a store's jobs, in the order in which they came.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use super::job::{Answer, Job};
use crate::store::StoreError;

/// An open store, which does its jobs in batches.
pub(in crate::store) trait Session: Send + 'static {
    /// The most jobs of one batch, so that none waits for a batch without end.
    const MAX_BATCH: usize;

    /// Does the jobs in order, and answers them.
    fn run(&mut self, jobs: Vec<Job>);

    /// Lets go of what it has open.
    fn close(&mut self) -> Result<(), StoreError>;
}

/// Takes jobs from any thread; dropping it waits for those that were taken.
pub(in crate::store) struct Writer {
    jobs: Option<Sender<Job>>,
    closed: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread; it gives the lock back when the store is closed.
    pub(in crate::store) fn start(
        name: &str,
        session: impl Session,
        lock: impl Send + 'static,
    ) -> io::Result<Self> {
        let (jobs, receiver) = mpsc::channel();
        let closed = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&closed);
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || serve(session, lock, &receiver, &seen))?;
        Ok(Self {
            jobs: Some(jobs),
            closed,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Hands a job over at the first poll, so that calls take effect in that order, and waits for its answer.
    pub(in crate::store) async fn ask<T>(
        &self,
        job: impl FnOnce(Answer<T>) -> Job,
    ) -> Result<T, StoreError> {
        let (sender, receiver) = oneshot::channel();
        self.send(job(sender))?;
        receiver.await.unwrap_or_else(|_| Err(self.unanswered()))
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let Some(jobs) = &self.jobs else {
            return Err(StoreError::Closed);
        };
        jobs.send(job).map_err(|_| self.unanswered())
    }

    /// What becomes of a job the thread left unanswered: it was closed before the job was begun, or it broke off.
    fn unanswered(&self) -> StoreError {
        if self.closed.load(Ordering::Acquire) {
            return StoreError::Closed;
        }
        StoreError::uncertain("the thread of the store broke off")
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

fn serve<S: Session>(mut session: S, lock: impl Send, jobs: &Receiver<Job>, closed: &AtomicBool) {
    let mut closers = Vec::new();
    while closers.is_empty() {
        let Some(batch) = next_batch(jobs, S::MAX_BATCH, &mut closers) else {
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
fn next_batch(
    jobs: &Receiver<Job>,
    most: usize,
    closers: &mut Vec<Answer<()>>,
) -> Option<Vec<Job>> {
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
        next = if batch.len() < most {
            jobs.try_recv().ok()
        } else {
            None
        };
    }
    Some(batch)
}
