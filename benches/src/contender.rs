//! What every library under comparison is made to do, and the books by which it is checked while it does it.

use std::hint;

use serde::{Deserialize, Serialize};

/// How many senders can be told apart.
pub(crate) const SENDERS: u32 = 8;

/// One library's server: the same state and messages, written the way the library wants it.
pub(crate) trait Contender: Send + Sync + 'static {
    type Server: Clone + Send + Sync + 'static;

    fn open() -> Self;
    fn start(&self) -> impl Future<Output = Self::Server> + Send;
    /// A call: adds `by` and answers the new total.
    fn add(server: &Self::Server, by: u64) -> impl Future<Output = u64> + Send;
    /// A cast.
    fn note(server: &Self::Server, note: Note) -> impl Future<Output = ()> + Send;
    /// A call: what has come of the casts.
    fn noted(server: &Self::Server) -> impl Future<Output = Noted> + Send;
    /// A call: [`burn`]s.
    fn burn(server: &Self::Server) -> impl Future<Output = u64> + Send;
    /// Ends the server and returns once it has ended.
    fn stop(server: Self::Server) -> impl Future<Output = ()> + Send;
}

/// What a heavy handler does: about a millisecond of work, the same each time, with the same result.
pub(crate) fn burn() -> u64 {
    (0..BURNT).fold(1, |value, round| {
        hint::black_box(value ^ round)
            .rotate_left(7)
            .wrapping_mul(MIXER)
    })
}

const BURNT: u64 = 500_000;
const MIXER: u64 = 0x9e37_79b9_7f4a_7c15;

/// The `number`th cast of one sender.
#[derive(Clone, Copy)]
pub(crate) struct Note {
    pub(crate) sender: u32,
    pub(crate) number: u32,
}

/// What has come of the casts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Noted {
    pub(crate) count: u64,
    pub(crate) out_of_order: u64,
}

/// Every server's state. Small until the first cast, so that an idle server is measured and not its state.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Books {
    total: u64,
    casts: Option<Box<Casts>>,
}

#[derive(Default, Serialize, Deserialize)]
struct Casts {
    next: [u32; SENDERS as usize],
    noted: Noted,
}

impl Books {
    pub(crate) fn add(&mut self, by: u64) -> u64 {
        self.total += by;
        self.total
    }

    pub(crate) fn note(&mut self, note: Note) {
        let casts = self.casts.get_or_insert_default();
        let Some(next) = casts.next.get_mut(note.sender as usize) else {
            panic!("more senders than the books can tell apart");
        };
        casts.noted.out_of_order += u64::from(note.number != *next);
        casts.noted.count += 1;
        *next = note.number + 1;
    }

    pub(crate) fn noted(&self) -> Noted {
        self.casts
            .as_ref()
            .map_or_else(Noted::default, |casts| casts.noted)
    }
}
