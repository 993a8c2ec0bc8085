//! A directory in memory that fails when it is told to, and forgets what was not synced when its power is cut.
//!
//! A sync that fails loses what it was to bring onto the disk, as kernels do: it can still be read, and a later sync
//! does not write it.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Disk, NewFile, Turn};
use crate::store::OpenError;

/// What a disk is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::store::file) enum Operation {
    List,
    Read,
    Create,
    Write,
    SyncFile,
    Rename,
    Remove,
    SyncDirectory,
    Reopen,
}

/// What becomes of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store::file) enum Fault {
    /// Nothing happens but this error of the operating system.
    Fails(i32),
    /// It happens all the same, but for a sync.
    FailsAfterwards(i32),
    /// Only a part is written.
    Short,
}

/// Which operations fail: from the `nth` of those in `of`, once or for ever.
#[derive(Clone, Copy, Debug)]
pub(in crate::store::file) struct Rule {
    /// Every operation if none.
    pub(in crate::store::file) of: Option<Operation>,
    pub(in crate::store::file) nth: usize,
    pub(in crate::store::file) lasting: bool,
    pub(in crate::store::file) fault: Fault,
}

/// The directory; clones share it.
#[derive(Clone, Debug, Default)]
pub(in crate::store::file) struct SimulatedDisk {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    files: Vec<File>,
    /// What programs see.
    names: BTreeMap<String, usize>,
    /// What is on the disk.
    durable: BTreeMap<String, usize>,
    /// What the next sync brings there.
    pending: BTreeMap<String, Option<usize>>,
    asked: Vec<(Operation, String)>,
    rule: Option<(Rule, usize)>,
    /// How often the rule let something fail.
    failed: usize,
    locked: bool,
}

#[derive(Clone, Debug, Default)]
struct File {
    bytes: Vec<u8>,
    durable: Vec<u8>,
    dirty: bool,
}

impl SimulatedDisk {
    /// Lets operations fail from now on.
    pub(in crate::store::file) fn fail(&self, rule: Rule) {
        self.lock().rule = Some((rule, 0));
    }

    /// Lets nothing fail any more, and says how often something did.
    pub(in crate::store::file) fn heal(&self) -> usize {
        let mut state = self.lock();
        state.rule = None;
        std::mem::take(&mut state.failed)
    }

    /// What the disk was asked since it was asked last.
    pub(in crate::store::file) fn asked(&self) -> Vec<(Operation, String)> {
        std::mem::take(&mut self.lock().asked)
    }

    /// The names of all files.
    pub(in crate::store::file) fn names(&self) -> Vec<String> {
        self.lock().names.keys().cloned().collect()
    }

    /// Makes a file that is on the disk.
    pub(in crate::store::file) fn put(&self, name: &str, bytes: &[u8]) {
        let mut state = self.lock();
        state.files.push(File {
            bytes: bytes.to_vec(),
            durable: bytes.to_vec(),
            dirty: false,
        });
        let file = state.files.len() - 1;
        state.names.insert(name.to_owned(), file);
        state.durable.insert(name.to_owned(), file);
    }

    /// What is found after the power was cut now. Of the names that were not synced those `survive` that are said to;
    /// the bytes of a file that were not synced do not.
    pub(in crate::store::file) fn cut(&self, mut survive: impl FnMut(&str) -> bool) -> Self {
        let state = self.lock();
        let mut names = state.durable.clone();
        for (name, file) in &state.pending {
            match file {
                _ if !survive(name) => {}
                Some(file) => drop(names.insert(name.clone(), *file)),
                None => drop(names.remove(name)),
            }
        }
        let after = Self::default();
        for (name, file) in names {
            after.put(&name, &state.files[file].durable);
        }
        after
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Notes an operation, and lets it fail if it is its turn.
    fn ask(&mut self, operation: Operation, name: &str) -> Option<Fault> {
        self.asked.push((operation, name.to_owned()));
        let (rule, seen) = self.rule.as_mut()?;
        if rule.of.is_some_and(|of| of != operation) {
            return None;
        }
        let at = *seen;
        *seen += 1;
        let fails = at == rule.nth || (rule.lasting && at > rule.nth);
        let fault = fails.then_some(rule.fault);
        self.failed += usize::from(fails);
        fault
    }

    fn file(&self, name: &str) -> io::Result<usize> {
        self.names
            .get(name)
            .copied()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn name(&mut self, name: &str, file: Option<usize>) {
        match file {
            Some(file) => self.names.insert(name.to_owned(), file),
            None => self.names.remove(name),
        };
        self.pending.insert(name.to_owned(), file);
    }

    /// Does what is to be done, as far as the fault lets it happen.
    fn act<T>(
        &mut self,
        operation: Operation,
        name: &str,
        act: impl FnOnce(&mut Self) -> io::Result<T>,
    ) -> io::Result<T> {
        match self.ask(operation, name) {
            Some(Fault::Fails(code)) => Err(io::Error::from_raw_os_error(code)),
            Some(Fault::FailsAfterwards(code)) => {
                act(self)?;
                Err(io::Error::from_raw_os_error(code))
            }
            Some(Fault::Short) | None => act(self),
        }
    }
}

impl Disk for SimulatedDisk {
    fn path(&self) -> &Path {
        Path::new("simulated")
    }

    fn lock(&self, _: Turn) -> Result<Box<dyn Send>, OpenError> {
        let mut state = self.lock();
        if std::mem::replace(&mut state.locked, true) {
            return Err(OpenError::InUse {
                path: self.path().to_owned(),
                user: "this test".to_owned(),
            });
        }
        Ok(Box::new(Unlock(self.clone())))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let names = |state: &mut State| Ok(state.names.keys().cloned().collect());
        self.lock().act(Operation::List, "", names)
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        let read = |state: &mut State| Ok(state.files[state.file(name)?].bytes.clone());
        self.lock().act(Operation::Read, name, read)
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn NewFile>> {
        let create = |state: &mut State| {
            if state.names.contains_key(name) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            state.files.push(File::default());
            let file = state.files.len() - 1;
            state.name(name, Some(file));
            Ok(file)
        };
        let file = self.lock().act(Operation::Create, name, create)?;
        Ok(Box::new(Open {
            disk: self.clone(),
            file,
        }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.lock().act(Operation::Rename, to, |state| {
            let file = state.file(from)?;
            state.name(from, None);
            state.name(to, Some(file));
            Ok(())
        })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.lock().act(Operation::Remove, name, |state| {
            state.file(name)?;
            state.name(name, None);
            Ok(())
        })
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.lock();
        let fault = state.ask(Operation::SyncDirectory, "");
        let pending = std::mem::take(&mut state.pending);
        if let Some(Fault::Fails(code) | Fault::FailsAfterwards(code)) = fault {
            if code == INTERRUPTED {
                state.pending = pending;
            }
            return Err(io::Error::from_raw_os_error(code));
        }
        for (name, file) in pending {
            match file {
                Some(file) => state.durable.insert(name, file),
                None => state.durable.remove(&name),
            };
        }
        Ok(())
    }

    fn reopen(&self) -> io::Result<()> {
        self.lock().act(Operation::Reopen, "", |_| Ok(()))
    }
}

/// The one error after which nothing was lost.
pub(in crate::store::file) const INTERRUPTED: i32 = 4;

struct Open {
    disk: SimulatedDisk,
    file: usize,
}

impl NewFile for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.disk.lock();
        let count = match state.ask(Operation::Write, "") {
            Some(Fault::Fails(code)) => return Err(io::Error::from_raw_os_error(code)),
            Some(Fault::FailsAfterwards(_) | Fault::Short) => bytes.len().div_ceil(2),
            None => bytes.len(),
        };
        let file = &mut state.files[self.file];
        file.bytes.extend_from_slice(&bytes[..count]);
        file.dirty = true;
        Ok(count)
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.lock();
        let fault = state.ask(Operation::SyncFile, "");
        let file = &mut state.files[self.file];
        if let Some(Fault::Fails(code) | Fault::FailsAfterwards(code)) = fault {
            file.dirty &= code == INTERRUPTED;
            return Err(io::Error::from_raw_os_error(code));
        }
        if std::mem::take(&mut file.dirty) {
            file.durable = file.bytes.clone();
        }
        Ok(())
    }
}

struct Unlock(SimulatedDisk);

impl Drop for Unlock {
    fn drop(&mut self) {
        self.0.lock().locked = false;
    }
}
