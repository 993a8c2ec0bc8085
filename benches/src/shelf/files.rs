//! Files by hand: each document is written to a new file, synced and renamed; the directory is synced once a batch.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{Entry, Shelf};
use crate::document::Document;

/// As many files at the same time as noex writes.
const WRITERS: usize = 32;

pub(crate) struct Files {
    folder: Arc<Path>,
    directory: File,
    entries: Sender<Entry>,
    written: Receiver<()>,
}

impl Shelf for Files {
    fn open(folder: &Path) -> Self {
        let folder: Arc<Path> = folder.into();
        let (entries, work) = mpsc::channel();
        let (done, written) = mpsc::channel();
        let work = Arc::new(Mutex::new(work));
        for _ in 0..WRITERS {
            let (folder, work, done) = (folder.clone(), work.clone(), done.clone());
            thread::spawn(move || write_all(&folder, &work, &done));
        }
        Self {
            directory: File::open(&folder).expect("the folder is there"),
            folder,
            entries,
            written,
        }
    }

    fn commit(&mut self, batch: Vec<Entry>) {
        let many = batch.len() > 1;
        let handed_over = if many { batch.len() } else { 0 };
        for entry in batch {
            if many {
                self.entries.send(entry).expect("the writers run");
            } else {
                write(&self.folder, &entry);
            }
        }
        for _ in 0..handed_over {
            self.written.recv().expect("the writers run");
        }
        self.directory.sync_all().expect("the disk works");
    }

    fn read(folder: &Path) -> HashMap<String, Document> {
        fs::read_dir(folder)
            .expect("the folder is there")
            .map(|file| {
                let path = file.expect("the folder can be read").path();
                let bytes = fs::read(&path).expect("the file can be read");
                let document = serde_json::from_slice(&bytes).expect("a whole document");
                (key_of(&path), document)
            })
            .collect()
    }
}

/// Until there is nothing more to come.
fn write_all(folder: &Path, work: &Mutex<Receiver<Entry>>, done: &Sender<()>) {
    loop {
        let next = work.lock().expect("no writer panics").recv();
        let Ok(entry) = next else { return };
        write(folder, &entry);
        if done.send(()).is_err() {
            return;
        }
    }
}

fn write(folder: &Path, Entry { key, bytes }: &Entry) {
    let (temporary, path) = (folder.join(format!("{key}.tmp")), path_of(folder, key));
    let mut file = File::create(&temporary).expect("the folder can be written to");
    file.write_all(bytes).expect("the disk works");
    file.sync_all().expect("the disk works");
    fs::rename(temporary, path).expect("the folder can be written to");
}

fn path_of(folder: &Path, key: &str) -> PathBuf {
    folder.join(format!("{key}.json"))
}

fn key_of(path: &Path) -> String {
    let name = path.file_stem().and_then(|name| name.to_str());
    name.expect("a document's name").to_owned()
}
