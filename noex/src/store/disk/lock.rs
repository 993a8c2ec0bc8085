//! The file beside a store that keeps a second process out.
//!
//! The lock belongs to the open file, not to the process, so a second adapter of the same process is kept out, too.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::private;
use crate::store::OpenError;

/// Held as long as the store is open; the operating system gives it back if the process dies.
pub(in crate::store) struct ProcessLock {
    file: File,
}

impl ProcessLock {
    /// Takes the lock of a store by its file, or says who holds it.
    pub(in crate::store) fn take(lock: &Path, store: &Path) -> Result<Self, OpenError> {
        let mut file = private::open_private(lock)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
                path: store.to_owned(),
                user: user(&mut file),
            }),
            Err(TryLockError::Error(source)) => Err(private::refused(lock, source)),
        }
    }

    /// Takes the lock as soon as nobody else holds it.
    pub(in crate::store) fn wait_for(lock: &Path) -> Result<Self, OpenError> {
        let file = private::open_private(lock)?;
        file.lock()
            .map_err(|source| private::refused(lock, source))?;
        Ok(Self { file })
    }

    /// Whether a store was once made at this place and not removed by us since.
    #[cfg(feature = "sqlite")]
    pub(in crate::store) fn marked(&self) -> bool {
        self.file
            .metadata()
            .is_ok_and(|metadata| metadata.len() > 0)
    }

    /// Notes that a store is here, and which process has it open.
    pub(in crate::store) fn mark(&mut self) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        write!(self.file, "{}", std::process::id())
    }

    /// Notes that the store here is yet to be made.
    #[cfg(feature = "sqlite")]
    pub(in crate::store) fn unmark(&self) -> std::io::Result<()> {
        self.file.set_len(0)
    }
}

impl Drop for ProcessLock {
    fn drop(&mut self) {
        // Closing is not enough: a process being started at this moment still has a copy of the open file.
        drop(self.file.unlock());
    }
}

fn user(file: &mut File) -> String {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) if text.trim() == std::process::id().to_string() => "this process".to_owned(),
        Ok(length) if length > 0 => format!("process {}", text.trim()),
        _ => "another process".to_owned(),
    }
}
