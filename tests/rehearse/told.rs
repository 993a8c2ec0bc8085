//! The report: a few lines for a person, an object for a tool.

use noex::records::{migrate_all, verify};
use noex::testing::TestClock;
use serde_json::json;

use super::notes::{Lamp, NoteOf3};
use super::{leave_old, of_three_releases};
use crate::any_store::AnyStore;

#[tokio::test(start_paused = true)]
async fn a_person_is_told_in_a_few_lines() {
    let store = of_three_releases().await;
    let report = verify::<NoteOf3>(&store).await.expect("it is listed");
    let expected = "\
4 records of `note`, today's version is 3; 4 of 4 keys looked at in 0ns
  version 1 (json): 2
  version 2 (json): 1
  version 3 (json): 1
3 of an older form
nothing failed";
    assert_eq!(report.to_string(), expected);

    leave_old(&store, &TestClock::new(), &[("e", "fails")]).await;
    let report = migrate_all::<NoteOf3>(&store).await.expect("it is listed");
    let expected = "\
5 records of `note`, today's version is 3; 5 of 5 keys looked at in 0ns
  version 1 (json): 3
  version 2 (json): 1
  version 3 (json): 1
3 of an older form, 3 migrated
failed, without a way to today's version: 1
  the record of `notes:e` could not be migrated from version 1 to version 2: told to fail
the others are sound";
    assert_eq!(report.to_string(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_store_without_such_records_is_told_of() {
    let report = verify::<Lamp>(&AnyStore::new())
        .await
        .expect("it is listed");
    assert!(report.is_sound());
    let expected = "\
0 records of `lamp`, today's version is 1; 0 of 0 keys looked at in 0ns
nothing failed";
    assert_eq!(report.to_string(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_tool_is_told_in_json() {
    let store = of_three_releases().await;
    leave_old(&store, &TestClock::new(), &[("e", "fails")]).await;
    let report = verify::<NoteOf3>(&store).await.expect("it is listed");
    let expected = json!({
        "kind": "note",
        "version": 3,
        "looked_at": 5,
        "keys": 5,
        "forms": { "version 1 (json)": 3, "version 2 (json)": 1, "version 3 (json)": 1 },
        "outdated": 3,
        "migrated": 0,
        "live": 0,
        "overtaken": 0,
        "other_kinds": {},
        "failed": { "migration": 1 },
        "failures": [{
            "key": "notes:e",
            "cause": "migration",
            "error": "the record of `notes:e` could not be migrated from version 1 to version 2: told to fail",
        }],
        "done_up_to": "notes:e",
        "gave_up": null,
        "took_ms": 0,
    });
    assert_eq!(
        serde_json::to_value(&report).expect("it is written"),
        expected
    );
}
