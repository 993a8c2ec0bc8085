//! The requirements once more where time does not matter, or can be set, on files as the program has them.

use std::fs;
use std::path::Path;

use noex::store::FileAdapter;
use noex::testing::{ScratchDir, TestClock};
use serde_json::Value;

use crate::support::{Site, gone, last_active, minutes, secrets, tells_none, there};

struct Place {
    dir: ScratchDir,
    clock: TestClock,
}

impl Place {
    fn new() -> Self {
        Self {
            dir: ScratchDir::new().expect("a place for the files"),
            clock: TestClock::new(),
        }
    }

    fn open(&self) -> Site {
        let store = FileAdapter::open(self.dir.path()).expect("it opens");
        Site::open(store, &self.clock)
    }

    /// The records: their files' names and contents.
    fn records(&self) -> Vec<(String, String)> {
        let mut files = all(self.dir.path());
        files.retain(|(name, _)| name.contains("sessions%3a"));
        files
    }
}

/// Every file: its name and its content.
fn all(dir: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(dir).expect("it is there");
    let files = entries.map(|entry| {
        let path = entry.expect("it can be read").path();
        let bytes = fs::read(&path).expect("it can be read");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        (path.display().to_string(), text)
    });
    files.collect()
}

// E4: requirement 1, across a restart
#[tokio::test]
async fn it_expires_across_a_restart() {
    let place = Place::new();
    let site = place.open();
    let token = site.log_in().await;
    site.close().await;

    place.clock.set_forward(minutes(29));
    let site = place.open();
    there(site.read(&token).await);
    site.close().await;
    place.clock.set_forward(minutes(31));

    gone(place.open().read(&token).await);
}

// T1: requirement 2, as far as a stop saves
#[tokio::test]
async fn a_stop_saves_it() {
    let place = Place::new();
    let site = place.open();
    let token = site.log_in().await;
    there(site.prefer(&token, r#"{"theme":"dark"}"#).await);
    site.close().await;

    let [(_, record)] = place.records().try_into().expect("one session");
    let record: Value = serde_json::from_str(&record).expect("JSON, as jq reads it");
    assert_eq!(record["state"]["preferences"]["theme"], "dark");
    assert_eq!(
        there(place.open().preferences(&token).await)["theme"],
        "dark"
    );
}

// T4: requirement 3, of a session that runs and of one that is only stored
#[tokio::test]
async fn a_log_out_deletes_its_file() {
    let place = Place::new();
    let site = place.open();
    let (one, other) = (site.log_in().await, site.log_in().await);
    assert_eq!(place.records().len(), 2);

    there(site.log_out(&one).await);
    assert_eq!(place.records().len(), 1);
    site.close().await;
    let site = place.open();
    there(site.log_out(&other).await);
    assert!(place.records().is_empty());
    site.close().await;

    let site = place.open();
    gone(site.read(&one).await);
    gone(site.read(&other).await);
    assert!(place.records().is_empty());
}

// H4: requirement 4, in no file's content and no file's name
#[tokio::test]
async fn no_secret_is_in_any_file() {
    let place = Place::new();
    let site = place.open();
    let token = site.log_in().await;
    let secrets = secrets(&site, &token).await;
    site.close().await;

    let files = all(place.dir.path());
    assert!(
        files
            .iter()
            .any(|(_, content)| content.contains("ada@example.org"))
    );
    for (name, content) in files {
        tells_none(&format!("{name} {content}"), &secrets);
    }
}

// H1: requirement 5
#[tokio::test]
async fn a_restored_session_was_active_just_now() {
    let place = Place::new();
    let site = place.open();
    let token = site.log_in().await;
    let logged_in = last_active(&there(site.read(&token).await));
    site.close().await;
    place.clock.set_forward(minutes(20));

    let session = there(place.open().read(&token).await);

    assert!(
        last_active(&session) >= logged_in + minutes(20),
        "{session}"
    );
}
