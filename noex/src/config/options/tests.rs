//! Every option of the attributes can be set by a file or belongs to the code, and each stands in the documentation.

use super::*;
use crate::config::ServerConfig;
use crate::persist::PersistOptions;

/// The first column of the tables in a part of a page.
fn rows(part: &str) -> Vec<&str> {
    let cells = part.lines().filter_map(|line| line.strip_prefix("| `"));
    cells.filter_map(|cell| cell.split('`').next()).collect()
}

/// What stands between two texts of a page.
fn between<'t>(page: &'t str, from: &str, until: &str) -> &'t str {
    let (_, after) = page.split_once(from).expect("the part begins");
    after.split_once(until).expect("the part ends").0
}

fn sorted<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_unstable();
    names
}

fn all<O: Options>() -> Vec<&'static str> {
    sorted(
        names::<O>()
            .into_iter()
            .chain(O::OF_THE_CODE.iter().copied()),
    )
}

#[test]
fn options_are_those_of_the_attributes() {
    let page = include_str!("../../macros_docs/gen_server.md");
    let server = between(
        page,
        "# `#[genserver(..)]`",
        "# `#[persist(..)]` on the state",
    );
    assert_eq!(all::<ServerConfig>(), sorted(rows(server)));
    let state = between(
        page,
        "# `#[persist(..)]` on the state",
        "# `#[persist(..)]` on a field",
    );
    assert_eq!(all::<PersistOptions>(), sorted(rows(state)));
}

#[test]
fn each_option_is_documented() {
    let page = include_str!("../../../../docs/configuration.md");
    let server = between(page, "## The options", "table `persist`");
    assert_eq!(rows(server), names::<ServerConfig>());
    let persist = between(page, "table `persist`", "## What is refused");
    assert_eq!(rows(persist), names::<PersistOptions>());
}

#[test]
fn names_that_could_be_taken_for_several_are_quoted() {
    assert_eq!(join("", "orders"), "orders");
    assert_eq!(join("servers", "my-orders_2"), "servers.my-orders_2");
    assert_eq!(join("servers", "a.b"), "servers.\"a.b\"");
    assert_eq!(join("", ""), "\"\"");
}
