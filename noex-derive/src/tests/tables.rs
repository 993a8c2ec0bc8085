//! Every option stands in the table that users read.

use crate::options::{OPTIONS, Place, SYNONYMS};

fn documentation(place: Place) -> &'static str {
    match place {
        Place::Server | Place::State | Place::Field => {
            include_str!("../../../noex/src/macros_docs/gen_server.md")
        }
        Place::OldVersion => include_str!("../../../noex/src/macros_docs/stored.md"),
        Place::Shape | Place::ShapeField => include_str!("../../../noex/src/macros_docs/shape.md"),
        Place::Protocol => include_str!("../../../noex/src/macros_docs/protocol.md"),
        Place::Handlers => include_str!("../../../noex/src/macros_docs/handlers.md"),
    }
}

/// The part of the documentation that speaks of one place.
fn section(place: Place) -> &'static str {
    let heading = match place {
        Place::Server => "# `#[genserver(..)]`",
        Place::State => "# `#[persist(..)]` on the state",
        Place::Field => "# `#[persist(..)]` on a field",
        Place::Shape => "# `#[shape(..)]` on the type",
        Place::ShapeField => "# `#[shape(..)]` on a field",
        Place::OldVersion | Place::Protocol | Place::Handlers => return documentation(place),
    };
    let (_, after) = documentation(place)
        .split_once(heading)
        .expect("the place has a section");
    after
        .split_once("\n# ")
        .map_or(after, |(section, _)| section)
}

#[test]
fn each_option_is_documented_at_its_place() {
    for (place, option, _) in OPTIONS {
        let row = section(*place)
            .lines()
            .any(|line| line.starts_with(&format!("| `{option}")));
        assert!(row, "`{option}` is missing in the table of {place:?}");
    }
}

#[test]
fn each_row_is_an_option() {
    for place in [Place::Server, Place::State] {
        for line in section(place)
            .lines()
            .filter(|line| line.starts_with("| `"))
        {
            let name = line
                .trim_start_matches("| `")
                .split('`')
                .next()
                .unwrap_or_default();
            let known = OPTIONS
                .iter()
                .any(|(where_, option, _)| *where_ == place && *option == name);
            assert!(
                known,
                "`{name}` is documented for {place:?}, but does not exist"
            );
        }
    }
}

#[test]
fn each_example_bears_the_name_of_its_option() {
    for (_, option, example) in OPTIONS {
        assert!(example.starts_with(option), "{example}");
    }
}

#[test]
fn a_synonym_is_no_option_and_means_one() {
    let is_option = |place, name: &str| {
        let mut options = OPTIONS.iter();
        options.any(|(where_, option, _)| *where_ == place && *option == name)
    };
    for (place, names, meant) in SYNONYMS {
        assert!(meant.iter().all(|option| is_option(*place, option)));
        for name in *names {
            let is_elsewhere = OPTIONS.iter().any(|(_, option, _)| option == name);
            assert!(!is_elsewhere, "`{name}` is an option and told as such");
        }
    }
}
