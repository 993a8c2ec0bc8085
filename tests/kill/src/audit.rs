//! After a restart: everything there is gets read, and compared with its book.

use crate::Failure;
use crate::book::{Book, End};
use crate::http::{Answer, Connection};
use crate::tally::Tally;
use crate::trade::Trade;

/// Reads the things of all books after the service has come back from `end`.
///
/// What was not there, and whose creation was never answered, leaves the books.
pub(crate) fn audit<T: Trade>(
    address: &str,
    books: Vec<Book<T>>,
    end: End,
    tally: &mut Tally,
) -> Result<Vec<Book<T>>, Failure> {
    let mut connection = Connection::open(address)?;
    let mut kept = Vec::with_capacity(books.len());
    for mut book in books {
        let answer = T::look(&mut connection, &book.id)?;
        if answer.status == 404 && !book.is_created {
            continue;
        }
        let found = T::read(&answer).ok_or_else(|| half(&answer, &book))?;
        let left = book.compare(found, end).map_err(Failure::new)?;
        tally.add(left);
        kept.push(book);
    }
    Ok(kept)
}

/// Reads what was found before and is not changed any more.
pub(crate) fn audit_final<T: Trade>(address: &str, books: &[Book<T>]) -> Result<(), Failure> {
    let mut connection = Connection::open(address)?;
    for book in books {
        let answer = T::look(&mut connection, &book.id)?;
        if T::read(&answer) != Some(book.state()) {
            return Err(half(&answer, book));
        }
    }
    Ok(())
}

fn half<T: Trade>(answer: &Answer, book: &Book<T>) -> Failure {
    Failure::new(format!("this is not whole, {answer:?}: {book:?}"))
}
