//! The tree: three supervisors with supervisors below them, a family, and a supervisor of children that come and go.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use noex::prelude::*;
use noex::{
    Backoff, DynamicSupervisor, Given, Intensity, PersistOptions, Spec, StartError, Strategy,
    SupervisorHandle,
};

use crate::chance::Chance;
use crate::ledger::Ledger;
use crate::page::{Env, Page, PageClient};

/// How long everything takes: a tenth of a second where time is paused, less where it is real.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) unit: Duration,
    /// How long a server has for its stop.
    pub(crate) farewell: Duration,
    pub(crate) is_paused: bool,
}

impl Pace {
    /// How long at most whatever should take no more than so many units: a busy machine may hold up what is real.
    pub(crate) fn patience(self, units: u32) -> Duration {
        let more = if self.is_paused { 1 } else { 20 };
        self.unit * units * more
    }
}

/// A server that there is to be.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) name: String,
    pub(crate) key: String,
    pub(crate) client: PageClient,
    pub(crate) place: Place,
    /// Whether every supervisor above it is patient enough for a crash on purpose.
    pub(crate) is_patient: bool,
}

/// Whose child a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Of one of the top supervisors, below or in its child of this id.
    Under {
        top: usize,
        child: String,
        restart: Restart,
    },
    /// Of the family.
    Family,
    /// Of the dynamic supervisor.
    Dynamic { restart: Restart, number: u64 },
}

/// The running tree.
pub(crate) struct Tree {
    pub(crate) tops: Vec<Option<SupervisorHandle>>,
    pub(crate) family: Family<Page>,
    pub(crate) dynamic: DynamicSupervisor,
    seats: Mutex<Vec<Seat>>,
    system: System,
    ledger: Arc<Ledger>,
    pace: Pace,
}

/// By what the first top supervisor knows the family, and the last one the dynamic supervisor.
pub(crate) const FAMILY: &str = "shelf";
pub(crate) const DYNAMIC: &str = "loose";

/// How many keys of the family are called.
const KEYS: usize = 8;

/// How a part of the tree is built.
struct Plot<'a> {
    system: &'a System,
    ledger: &'a Arc<Ledger>,
    pace: Pace,
    chance: Chance,
    seats: Vec<Seat>,
}

impl Tree {
    /// Starts it, as far as that goes.
    pub(crate) async fn plant(
        system: &System,
        ledger: &Arc<Ledger>,
        pace: Pace,
        mut chance: Chance,
    ) -> Self {
        let family = family(system, ledger, pace);
        let (intensity, delay, _) = policy(&mut chance, pace);
        let dynamic = system.dynamic_supervisor(DYNAMIC).intensity(intensity);
        let dynamic = match delay {
            Some(delay) => dynamic.delay(delay),
            None => dynamic,
        };
        let dynamic = dynamic.build().expect("the system is running");
        let mut plot = Plot {
            system,
            ledger,
            pace,
            chance,
            seats: Vec::new(),
        };
        let strategies = [
            Strategy::OneForOne,
            Strategy::OneForAll,
            Strategy::RestForOne,
        ];
        let mut tops = Vec::new();
        for (top, strategy) in strategies.into_iter().enumerate() {
            let mut supervisor = plot.top(top, strategy);
            if top == 0 {
                supervisor = supervisor.child(&family);
            }
            if top == 2 {
                supervisor = supervisor.child(&dynamic);
            }
            let started = system.supervise(supervisor).await;
            ledger.tell(format!("top {top} starts: {:?}", started.as_ref().err()));
            tops.push(started.ok());
        }
        for key in 0..KEYS {
            let name = format!("k{key}");
            plot.seats.push(Seat {
                key: format!("{FAMILY}:{name}"),
                client: family.at(&name),
                name,
                place: Place::Family,
                is_patient: false,
            });
        }
        Self {
            tops,
            family,
            dynamic,
            seats: Mutex::new(plot.seats),
            system: system.clone(),
            ledger: ledger.clone(),
            pace,
        }
    }

    pub(crate) fn seats(&self) -> Vec<Seat> {
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        seats.clone()
    }

    /// Starts one more child of the dynamic supervisor.
    pub(crate) async fn start_child(&self, name: &str, restart: Restart) -> Result<(), StartError> {
        let spec = spec(self.ledger.clone(), self.pace, name).restart(restart);
        let client = self.dynamic.start_child(spec).await?;
        let number = noex::Client::id(&client).number;
        let seat = Seat {
            name: name.to_owned(),
            key: name.to_owned(),
            client: self.system.client::<Page>(name),
            place: Place::Dynamic { restart, number },
            is_patient: false,
        };
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        seats.push(seat);
        Ok(())
    }

    /// The dynamic supervisor was terminated, and has forgotten its children.
    pub(crate) fn forget_loose(&self) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        seats.retain(|seat| !matches!(seat.place, Place::Dynamic { .. }));
    }

    /// A child of the dynamic supervisor was terminated.
    pub(crate) fn forget(&self, name: &str) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        seats.retain(|seat| seat.name != name);
    }
}

impl Plot<'_> {
    /// Three servers, and two supervisors, one of which has a supervisor again.
    fn top(&mut self, top: usize, strategy: Strategy) -> Supervisor {
        let (name, above) = (format!("t{top}"), true);
        let (mut supervisor, is_patient) = self.supervisor(&name, strategy, above);
        for server in 0..3 {
            let id = format!("{name}.{server}");
            supervisor = supervisor.child(self.server(&id, top, &id, is_patient));
        }
        for (child, servers) in [("a", 3), ("b", 4)] {
            let id = format!("{name}.{child}");
            let strategy = self.strategy();
            let (mut below, is_patient) = self.supervisor(&id, strategy, is_patient);
            for server in 0..servers {
                let name = format!("{id}.{server}");
                below = below.child(self.server(&name, top, &id, is_patient));
            }
            if child == "a" {
                below = below.child(self.deepest(top, &id, is_patient));
            }
            supervisor = supervisor.child(below);
        }
        supervisor
    }

    fn deepest(&mut self, top: usize, id: &str, above: bool) -> Supervisor {
        let name = format!("{id}.x");
        let strategy = self.strategy();
        let (mut deepest, is_patient) = self.supervisor(&name, strategy, above);
        for server in 0..2 {
            let server = format!("{name}.{server}");
            deepest = deepest.child(self.server(&server, top, id, is_patient));
        }
        deepest
    }

    fn supervisor(&mut self, name: &str, strategy: Strategy, above: bool) -> (Supervisor, bool) {
        let (intensity, delay, is_patient) = policy(&mut self.chance, self.pace);
        let supervisor = Supervisor::new(name.to_owned(), strategy).intensity(intensity);
        let supervisor = match delay {
            Some(delay) => supervisor.delay(delay),
            None => supervisor,
        };
        (supervisor, is_patient && above)
    }

    fn strategy(&mut self) -> Strategy {
        *self.chance.one_of(&[
            Strategy::OneForOne,
            Strategy::OneForAll,
            Strategy::RestForOne,
        ])
    }

    fn server(
        &mut self,
        name: &str,
        top: usize,
        child: &str,
        is_patient: bool,
    ) -> Spec<Page, Given> {
        let restart = *self.chance.one_of(&[
            Restart::Permanent,
            Restart::Permanent,
            Restart::Transient,
            Restart::Temporary,
        ]);
        let inline = self.chance.happens(70);
        self.seats.push(Seat {
            name: name.to_owned(),
            key: name.to_owned(),
            client: self.system.client::<Page>(name),
            place: Place::Under {
                top,
                child: child.to_owned(),
                restart,
            },
            is_patient,
        });
        let spec = spec(self.ledger.clone(), self.pace, name);
        spec.restart(restart).inline(inline)
    }
}

/// How often a supervisor restarts before it gives up, how it waits, and whether a crash or two do no harm.
fn policy(chance: &mut Chance, pace: Pace) -> (Intensity, Option<Backoff>, bool) {
    let restarts = *chance.one_of(&[0, 1, 3, 5, 10, 20, 50, 100]);
    let within = pace.unit * *chance.one_of(&[10, 50, 100]);
    let delay = chance.happens(40).then(|| {
        let first = pace.unit * *chance.one_of(&[1, 2, 5]);
        Backoff::new(first, pace.unit * 20)
    });
    (Intensity::new(restarts, within), delay, restarts >= 10)
}

fn spec(ledger: Arc<Ledger>, pace: Pace, name: &str) -> Spec<Page, Given> {
    Page::spec()
        .env(Env { ledger })
        .name(name.to_owned())
        .persist(PersistOptions::new().interval(pace.unit * 10))
        .call_timeout(pace.unit * 50)
        .start_timeout(pace.unit * 50)
        .shutdown_timeout(pace.farewell)
}

fn family(system: &System, ledger: &Arc<Ledger>, pace: Pace) -> Family<Page> {
    let family = system.family::<Page>(FAMILY);
    let family = family.env(Env {
        ledger: ledger.clone(),
    });
    family
        .or_init(|_| ())
        .persist(PersistOptions::new().interval(pace.unit * 10))
        .call_timeout(pace.unit * 50)
        .start_timeout(pace.unit * 50)
        .shutdown_timeout(pace.farewell)
        .idle_timeout(pace.unit * 30)
        .build()
        .expect("its options hold")
}
