//! What a service deals in, as far as its clerks and their books have to know.

use std::fmt::Debug;
use std::io;
use std::path::Path;

use crate::Failure;
use crate::book::Book;
use crate::clerk::{Desk, Trouble};
use crate::http::{Answer, Connection};

/// One thing of a service, as far as its changes decide what it is.
pub(crate) trait Trade: Clone + Debug + Default + PartialEq + Send + 'static {
    /// What is done to it.
    type Change: Debug + Send;

    /// The service's program, which is called as its things are.
    const NAME: &'static str;

    /// What a change makes of it.
    fn after(self, change: &Self::Change) -> Self;

    /// Whether nothing changes it any more.
    fn is_final(&self) -> bool;

    /// The thing of an answer, whose parts have to fit one another.
    fn read(answer: &Answer) -> Option<Self>;

    /// Asks for a thing after a restart.
    fn look(connection: &mut Connection, id: &str) -> io::Result<Answer>;

    /// Makes a new one, and opens its book.
    fn create(desk: &mut Desk<Self>) -> Result<(), Trouble>;

    /// Does something to one.
    fn change(desk: &mut Desk<Self>, book: &mut Book<Self>) -> Result<(), Trouble>;

    /// How many there are in the store that the service has just opened, if that can be seen from outside.
    fn count_stored(data: &Path) -> Result<Option<usize>, Failure>;
}
