//! What a restart may leave of an order, and what not.

use super::*;
use crate::order::{Change, Order};
use crate::session::{self, Session};

#[test]
fn what_was_answered_just_now_may_be_lost() {
    let mut book = book(&["tea", "cup", "pot"]);

    let left = book
        .compare(after(&["tea"]), sudden())
        .expect("no promise is broken");

    assert_eq!((left.lost, left.saved_by_interval, left.due), (2, 1, 0));
    assert_eq!(book.state(), after(&["tea"]));
}

#[test]
fn what_was_not_answered_may_be_there() {
    let mut book = book(&["tea"]);
    book.ask(add("cup"));

    let left = book
        .compare(after(&["tea", "cup"]), clean())
        .expect("no promise is broken");

    assert_eq!((left.lost, left.due), (0, 1));
}

#[test]
fn a_state_between_no_two_changes_is_found() {
    let told = book(&["tea", "cup"]).compare(after(&["cup"]), sudden());

    assert!(
        told.expect_err("half of it")
            .contains("it after none of its changes")
    );
}

#[test]
fn a_stored_change_that_is_missing_is_found() {
    let mut book = book(&["tea"]);
    book.keep();

    let told = book.compare(after(&[]), sudden());

    assert!(
        told.expect_err("it was stored")
            .contains("a stored change is missing, 0 are there")
    );
}

#[test]
fn an_old_change_that_is_missing_is_found() {
    let told = book(&["tea", "cup"]).compare(after(&["tea"]), clean());

    assert!(
        told.expect_err("it is old")
            .contains("1 are there, 2 are due")
    );
}

#[test]
fn a_session_that_is_back_after_its_log_out_is_found() {
    let mut book = Book::new("token".to_owned(), Session::default());
    book.ask(session::Change::LogOut);
    book.answered();
    book.keep();

    let told = book.compare(Session::default(), sudden());

    assert!(
        told.expect_err("it is over")
            .contains("a stored change is missing, 0 are there")
    );
}

#[test]
fn a_save_under_way_is_not_the_interval() {
    let mut book = book(&["tea"]);
    book.is_saving = true;

    let left = book
        .compare(after(&["tea"]), sudden())
        .expect("no promise is broken");

    assert_eq!(left.saved_by_interval, 0);
}

fn book(articles: &[&str]) -> Book<Order> {
    let mut book = Book::new("17".to_owned(), Order::default());
    for article in articles {
        book.ask(add(article));
        book.answered();
    }
    book
}

fn after(articles: &[&str]) -> Order {
    let changes = articles.iter().map(|article| add(article));
    changes.fold(Order::default(), |state, change| state.after(&change))
}

fn add(article: &str) -> Change {
    Change::Add {
        sku: article.to_owned(),
        quantity: 1,
    }
}

/// An end before which everything may be lost that was answered in the last hour.
fn sudden() -> End {
    End::sudden(Instant::now(), Duration::from_hours(1))
}

fn clean() -> End {
    End::clean(Instant::now())
}
