//! After a restart: every order is read, and compared with its book.

use serde_json::json;

use crate::Failure;
use crate::book::{Book, End};
use crate::http::{Answer, Connection};
use crate::state::State;
use crate::tally::Tally;

/// Reads the orders of all books after the service has come back from `end`.
///
/// An order that was not there, and whose creation was never answered, leaves the books.
pub(crate) fn audit(
    address: &str,
    books: Vec<Book>,
    end: End,
    tally: &mut Tally,
) -> Result<Vec<Book>, Failure> {
    let mut connection = Connection::open(address)?;
    let mut kept = Vec::with_capacity(books.len());
    for mut book in books {
        let answer = settled(&mut connection, &book)?;
        if answer.status == 404 && !book.is_created {
            continue;
        }
        let found = State::read(&answer.json).filter(|_| answer.status == 200);
        let found = found.ok_or_else(|| half(&answer, &book))?;
        let left = book.compare(found, end).map_err(Failure::new)?;
        tally.add(left);
        kept.push(book);
    }
    Ok(kept)
}

/// Reads orders that were found before and are not changed any more.
pub(crate) fn audit_final(address: &str, books: &[Book]) -> Result<(), Failure> {
    let mut connection = Connection::open(address)?;
    for book in books {
        let answer = settled(&mut connection, book)?;
        if State::read(&answer.json) != Some(book.state()) {
            return Err(half(&answer, book));
        }
    }
    Ok(())
}

/// The order; a payment that was cut off is waited for by asking for it again, which pays once.
fn settled(connection: &mut Connection, book: &Book) -> Result<Answer, Failure> {
    let path = format!("/orders/{}", book.id);
    let answer = connection.get(&path)?;
    if answer
        .json
        .get("status")
        .is_some_and(|status| status == "paying")
    {
        return Ok(connection.post(&format!("{path}/pay"), &json!({ "card": "tok_visa" }))?);
    }
    Ok(answer)
}

fn half(answer: &Answer, book: &Book) -> Failure {
    Failure::new(format!("an order is not whole, {answer:?}: {book:?}"))
}
