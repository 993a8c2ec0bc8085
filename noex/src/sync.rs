//! The one seam to threads, locks and the runtime: std and tokio in a program, shuttle where schedules are searched.
//!
//! The slot, the queue and the tickets use nothing of std or tokio that could make a schedule differ but through
//! here, so that the schedules searched are those of the shipped modules.

#[cfg(not(noex_shuttle))]
mod real;
#[cfg(noex_shuttle)]
mod searched;

#[cfg(not(noex_shuttle))]
pub(crate) use real::*;
#[cfg(noex_shuttle)]
pub(crate) use searched::*;

/// A step on which others rely. The search leaves one out to show that it would notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Who queues something sees to it that a task comes for it.
    WakeUp,
    /// Who gives up the seat looks at the queue once more.
    SecondLook,
}

/// Locks, whether or not a holder panicked: what a lock here protects is changed in single steps.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Locks if nobody else does just now.
pub(crate) fn try_lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}
