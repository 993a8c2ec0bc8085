//! That each rule can be broken.

use super::*;

const GOOD: &str = "\
error: `interval` cannot be zero
       help: leave it out, or write a longer time, as in `interval = \"30s\"`
  --> fail/persist/zero-duration.rs:11:22
   |
11 | #[persist(interval = \"0s\")]
   |                      ^^^^
";

fn of(source: &str, said: &str) -> Vec<String> {
    faults(&Program {
        source,
        said,
        may_have_many: false,
    })
}

#[test]
fn a_good_message_has_no_faults() {
    assert_eq!(of("use noex::prelude::*;", GOOD), Vec::<String>::new());
}

#[test]
fn a_program_without_an_error_is_found() {
    assert_eq!(of("", "warning: unused\n"), ["there is no error"]);
}

#[test]
fn a_second_error_needs_a_reason() {
    let twice = GOOD.repeat(2);
    assert_eq!(of("use noex::prelude::*;", &twice).len(), 1);
    assert!(of("// Two errors: it is said of both.", &twice).is_empty());
    let together = Program {
        source: "",
        said: &twice,
        may_have_many: true,
    };
    assert!(faults(&together).is_empty());
}

#[test]
fn a_caret_at_a_derive_is_found() {
    let said = "\
error[E0277]: the trait bound is not satisfied
 --> fail/x.rs:9:10
  |
9 | #[derive(GenServer)]
  |          ^^^^^^^^^ not satisfied
";
    assert_eq!(
        of("", said),
        ["a caret at a derive: 9 | #[derive(GenServer)]"]
    );
    assert!(of("// The derive is the mistake.", said).is_empty());
    let label = said.replace("^^^^^^^^^", "---------");
    assert!(
        of("", &label).is_empty(),
        "only carets say what has to be edited"
    );
    let other = said.replace("GenServer", "Clone");
    assert!(of("", &other).is_empty(), "other derives are not ours");
}

#[test]
fn a_question_is_found() {
    let asked = GOOD.replace("leave it out", "did you mean 30s");
    assert_eq!(of("", &asked), ["`did you mean`"]);
    let asked = GOOD.replace("cannot be zero", "is zero?");
    assert_eq!(of("", &asked), ["a question: `interval` is zero?"]);
}

#[test]
fn a_question_of_the_compiler_is_its_own() {
    let said = "error[E0277]: the `?` operator cannot be used here\n  --> fail/x.rs:1:1\n";
    assert!(of("", said).is_empty());
}

#[test]
fn a_message_without_advice_is_found() {
    let bare = GOOD.lines().filter(|line| !line.contains("help:"));
    let bare = bare.collect::<Vec<_>>().join("\n");
    assert_eq!(
        of("", &bare),
        ["neither help nor note: `interval` cannot be zero"]
    );
    let note = GOOD.replace("help:", "note:");
    assert!(of("", &note).is_empty());
}

#[test]
fn help_of_the_compiler_is_not_ours() {
    let after = "error: a fact\n --> fail/x.rs:1:1\n  |\n  = help: something\n";
    assert_eq!(of("", after), ["neither help nor note: a fact"]);
    let coded = "error[E0412]: cannot find type `X`\n --> fail/x.rs:1:1\n";
    assert!(of("", coded).is_empty());
    let uncoded = "error: cannot find attribute `cal` in this scope\n --> fail/x.rs:1:1\n";
    assert!(of("", uncoded).is_empty());
}

#[test]
fn a_sentence_is_found() {
    let stop = GOOD.replace("cannot be zero", "cannot be zero.");
    assert_eq!(of("", &stop), ["a full stop: `interval` cannot be zero."]);
    let capital = GOOD.replace("`interval` cannot", "Interval cannot");
    assert_eq!(
        of("", &capital),
        ["a capital letter: Interval cannot be zero"]
    );
}
