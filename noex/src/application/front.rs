//! What runs beside the supervisors of an application: what it serves, and what asks it to end.

use std::error::Error;
use std::sync::Arc;

use tokio::task::JoinHandle;

use super::handle::ApplicationHandle;
use super::report::WhyEnded;
use crate::contain::panic_message;
use crate::error::Chain;
use crate::protocol::handler::BoxFuture;

/// Something to be run beside the supervisors.
pub(super) struct Front {
    begin: Box<Begin>,
}

type Begin = dyn FnOnce(ApplicationHandle) -> BoxFuture<'static, Result<(), Arc<str>>> + Send;

impl Front {
    pub(super) fn new<F, E>(front: impl FnOnce(ApplicationHandle) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        Self {
            begin: Box::new(|app| {
                let front = front(app);
                Box::pin(async { front.await.map_err(|error| told(&*error.into())) })
            }),
        }
    }

    /// Begins it on a task; when it ends, the application is asked to end for `why`, or for its failure.
    pub(super) fn begin(self, app: ApplicationHandle, why: WhyEnded) -> Task {
        // The closure is run on the task as well, so that its panic is a failure like any other.
        let (begin, given) = (self.begin, app.clone());
        let work = tokio::spawn(async move { begin(given).await });
        let cut = work.abort_handle();
        let watch = tokio::spawn(async move {
            match failure_of(work).await {
                None => app.ask(why),
                Some(message) => {
                    tracing::error!(%message, "what runs beside the supervisors failed");
                    app.ask(WhyEnded::Failed { message });
                }
            }
        });
        Task { watch, cut }
    }
}

/// A front that runs.
pub(super) struct Task {
    watch: JoinHandle<()>,
    cut: tokio::task::AbortHandle,
}

impl Task {
    /// Over once it has ended.
    pub(super) async fn ended(&mut self) {
        // The watching task neither panics nor is aborted.
        let _ = (&mut self.watch).await;
    }

    /// Ends it, if it has not; whether it had not.
    pub(super) fn cut(&self) -> bool {
        let runs = !self.cut.is_finished();
        self.cut.abort();
        runs
    }
}

async fn failure_of(work: JoinHandle<Result<(), Arc<str>>>) -> Option<Arc<str>> {
    match work.await {
        Ok(outcome) => outcome.err(),
        // Aborted: it was cut off, which is told elsewhere.
        Err(error) => error.try_into_panic().ok().map(panic_message),
    }
}

fn told(error: &(dyn Error + Send + Sync)) -> Arc<str> {
    Chain(error).to_string().into()
}
