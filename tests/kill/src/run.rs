//! The whole story: lives of the service, each with its work and its end, and what the next one finds.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use crate::audit::{audit, audit_final};
use crate::book::{Book, End};
use crate::chance::Chance;
use crate::clerk::{Clerk, Day};
use crate::order::Order;
use crate::plan::Target;
use crate::service::{Service, Start};
use crate::session::Session;
use crate::trade::Trade;
use crate::{Failure, Plan, Tally, program};

/// How many clerks work at a time.
const CLERKS: usize = 4;

/// How long a start is left alone before it is killed, if it is.
const STARTS: (Duration, Duration) = (Duration::ZERO, Duration::from_millis(40));

/// How long the shortest write may take.
const GRACE: Duration = Duration::from_millis(50);

/// A run of the plan.
struct Run<T: Trade> {
    plan: Plan,
    chance: Chance,
    start: Start,
    /// The books of things that may change.
    books: Vec<Book<T>>,
    /// The books of things that were found after a restart and will not change any more.
    closed: Vec<Book<T>>,
    /// How many things there may be besides, without a book.
    nameless: usize,
    tally: Tally,
}

/// Kills the service as often as the plan says, and compares what is left after each kill.
///
/// # Errors
///
/// Something was lost that may not be, something was not whole, or the run never saw what it is about. What the
/// service has left then stays where the failure says.
pub fn run(plan: &Plan) -> Result<Tally, Failure> {
    match plan.target {
        Target::Orders => run_against::<Order>(plan),
        Target::Sessions => run_against::<Session>(plan),
    }
}

fn run_against<T: Trade>(plan: &Plan) -> Result<Tally, Failure> {
    let data = format!("{}-killed-{}", T::NAME, std::process::id());
    let data = std::env::temp_dir().join(data);
    println!(
        "{} kills of {}, seed {}, data in {}",
        plan.kills,
        T::NAME,
        plan.seed,
        data.display()
    );
    let told = |failure| {
        Failure::new(format!(
            "{failure}\n(seed {}, data in {})",
            plan.seed,
            data.display()
        ))
    };
    let tally = Run::<T>::new(*plan, data.clone())
        .and_then(Run::live)
        .map_err(told)?;
    std::fs::remove_dir_all(&data)?;
    Ok(tally)
}

impl<T: Trade> Run<T> {
    fn new(plan: Plan, data: PathBuf) -> Result<Self, Failure> {
        let start = Start {
            program: program::build(T::NAME)?,
            data,
            interval: plan.interval,
        };
        Ok(Self {
            plan,
            chance: Chance::new(plan.seed),
            start,
            books: Vec::new(),
            closed: Vec::new(),
            nameless: 0,
            tally: Tally::new(T::NAME),
        })
    }

    fn live(mut self) -> Result<Tally, Failure> {
        let mut end = End::clean(Instant::now());
        for _ in 0..self.plan.kills {
            self.kill_a_start()?;
            end = self.life(end, Last::Kill)?;
            self.tally.kills += 1;
        }
        end = self.life(end, Last::Stop)?;
        self.last_look(end)?;
        self.tally.check()
    }

    /// Starts the service, compares what it finds, gives it work, and ends it.
    fn life(&mut self, end: End, last: Last) -> Result<End, Failure> {
        let mut service = self.start.spawn()?;
        let address = service.address()?;
        let stored = T::count_stored(&self.start.data)?;
        self.audit(&address, end)?;
        self.check_count(stored)?;
        let gap = self.chance.between(self.plan.gaps);
        let (closing, clerks) = (AtomicBool::new(false), self.clerks());
        let (at, days) = std::thread::scope(|scope| {
            let start = |(books, chance)| {
                let (address, closing) = (address.as_str(), &closing);
                let clerk = Clerk {
                    address,
                    closing,
                    chance,
                    books,
                };
                scope.spawn(move || clerk.work())
            };
            let clerks: Vec<_> = clerks.into_iter().map(start).collect();
            std::thread::sleep(gap);
            let at = last.end(service);
            closing.store(true, Ordering::Relaxed);
            let days: Result<Vec<_>, _> = clerks.into_iter().map(joined).collect();
            (at, days)
        });
        Ok(self.close_day(days?, at?, last))
    }

    /// Some starts do not come to their end: nothing was promised meanwhile, and nothing may be lost.
    fn kill_a_start(&mut self) -> Result<(), Failure> {
        if self.chance.below(3) > 0 {
            return Ok(());
        }
        let mut service = self.start.spawn()?;
        std::thread::sleep(self.chance.between(STARTS));
        service.kill()?;
        self.tally.starts_killed += 1;
        Ok(())
    }

    fn audit(&mut self, address: &str, end: End) -> Result<(), Failure> {
        let books = audit(
            address,
            std::mem::take(&mut self.books),
            end,
            &mut self.tally,
        )?;
        for book in books {
            let pile = if book.state().is_final() {
                &mut self.closed
            } else {
                &mut self.books
            };
            pile.push(book);
        }
        Ok(())
    }

    /// Whether the store holds what is in the books, and nothing that is over.
    fn check_count(&self, stored: Option<usize>) -> Result<(), Failure> {
        let (open, nameless) = (self.books.len(), self.nameless);
        match stored {
            Some(stored) if !(open..=open + nameless).contains(&stored) => {
                Err(Failure::new(format!(
                    "{stored} are stored, but {open} are open and {nameless} may be there besides"
                )))
            }
            _ => Ok(()),
        }
    }

    /// Deals the open books out.
    fn clerks(&mut self) -> Vec<(Vec<Book<T>>, Chance)> {
        let mut chances = std::iter::repeat_with(|| Chance::new(self.chance.next()));
        let mut clerks: Vec<_> = chances
            .by_ref()
            .take(CLERKS)
            .map(|chance| (Vec::new(), chance))
            .collect();
        let seats = (0..CLERKS).cycle();
        for (book, seat) in self.books.drain(..).zip(seats) {
            if let Some((books, _)) = clerks.get_mut(seat) {
                books.push(book);
            }
        }
        clerks
    }

    /// What may be lost follows from the interval and from how slow this life was: a save is a write, too.
    fn close_day(&mut self, days: Vec<Day<T>>, at: Instant, last: Last) -> End {
        let slowest = days.iter().map(|day| day.slowest).max().unwrap_or_default();
        for day in days {
            self.tally.requests += day.requests;
            self.tally.in_flight += u64::from(day.unanswered.is_some_and(|sent| sent < at));
            self.books.extend(day.books);
            self.nameless += day.nameless;
        }
        self.tally.slowest = self.tally.slowest.max(slowest);
        match last {
            Last::Stop => End::clean(at),
            Last::Kill => End::sudden(at, self.plan.interval + slowest * 2 + GRACE),
        }
    }

    /// Everything there ever was, once more.
    fn last_look(&mut self, end: End) -> Result<(), Failure> {
        let mut service = self.start.spawn()?;
        let address = service.address()?;
        self.audit(&address, end)?;
        audit_final(&address, &self.closed)?;
        self.tally.things = self.books.len() + self.closed.len();
        service.stop()
    }
}

/// How a life of the service ends.
#[derive(Clone, Copy)]
enum Last {
    Kill,
    Stop,
}

impl Last {
    /// Ends it, and says when.
    fn end(self, mut service: Service) -> Result<Instant, Failure> {
        service.check_alive()?;
        let at = Instant::now();
        match self {
            Self::Kill => service.kill()?,
            Self::Stop => service.stop()?,
        }
        Ok(at)
    }
}

fn joined<T: Trade>(
    clerk: ScopedJoinHandle<'_, Result<Day<T>, Failure>>,
) -> Result<Day<T>, Failure> {
    clerk
        .join()
        .unwrap_or_else(|_| Err(Failure::new("a clerk panicked")))
}
