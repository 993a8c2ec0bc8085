//! The seam to the disk: all that the store ever asks of it, and nothing that is not asked through here.
//!
//! Names are those of files in the one directory of the store. What it does with the answers, failed ones too, is
//! written against this trait, so that tests can let any operation fail or cut the power after it.

mod real;
#[cfg(test)]
pub(super) mod simulated;

use std::io;
use std::path::Path;

pub(super) use real::RealDisk;

use crate::store::OpenError;

/// The directory of a store.
pub(super) trait Disk: Send + Sync + 'static {
    /// The directory, in messages.
    fn path(&self) -> &Path;

    /// Keeps every other store out of the directory until what this returns is dropped.
    fn lock(&self, turn: Turn) -> Result<Box<dyn Send>, OpenError>;

    /// The names of everything in the directory that is not a directory.
    fn list(&self) -> io::Result<Vec<String>>;

    /// All of a file.
    fn read(&self, name: &str) -> io::Result<Vec<u8>>;

    /// Makes a file that only its owner can read, which must not be there yet.
    fn create(&self, name: &str) -> io::Result<Box<dyn NewFile>>;

    /// Gives a file another name, in place of the file that had it.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Brings every name made, changed and removed so far onto the disk.
    fn sync(&self) -> io::Result<()>;

    /// Opens the directory anew, since it cannot be relied on after a sync that failed.
    fn reopen(&self) -> io::Result<()>;
}

/// A file that is being written.
pub(super) trait NewFile: Send {
    /// Appends some of the bytes, and says how many.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Brings what was written onto the disk.
    fn sync(&mut self) -> io::Result<()>;
}

/// What to do while another store has the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Now,
    Wait,
}
