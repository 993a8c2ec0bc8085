//! A family: a server for each key, started by the first call and stopped when idle, one at a time per key.

mod build;
mod describe;
mod lookup;
mod parked;
mod port;

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc as StdArc;
use std::time::Duration;

pub use build::FamilyBuilder;
pub use lookup::{KeyPage, Keys};

use port::KeyPort;

use crate::error::{StartError, StopError};
use crate::exit::{ExitReason, Last, Stop};
use crate::persist::key_template::family::FamilyKeys;
use crate::protocol::Protocol;
use crate::protocol::handler::BoxFuture;
use crate::protocol::port::{Port, PortRef};
use crate::server::{GenServer, IntoArgs};
use crate::slot::Slot;
use crate::slot::control::Purpose;
use crate::slot::life::{Exit, after};
use crate::slot::send::wait_for;
use crate::slot::start::Start;
use crate::store::Key;
use crate::sync::{Arc, AtomicBool, Mutex, MutexGuard, Ordering, Weak, lock, now};
use crate::system::Inner;
use crate::system::parking::Patience;
use crate::system::registry::{Entry, StopOutcome, Stops, stop_side_by_side};
use crate::system::settings::{Birth, Owner, Sequel, Settings};

/// The client of a state's protocol.
type ClientOf<S> = <<S as GenServer>::Protocol as Protocol>::Client;

/// A server for each key of one kind of state.
///
/// Cheap to clone. A server is started from its record by the first call to its key, once however many callers come
/// at the same moment, and goes when it has been idle for its `idle_timeout`; a call never fails because of that.
///
/// ```
/// use noex::prelude::*;
///
/// #[derive(Protocol)]
/// enum CartMsg {
///     /// Adds an article and answers how many there are.
///     #[call(usize)]
///     Add { sku: String },
/// }
///
/// #[derive(GenServer, Default)]
/// #[genserver(protocol = CartMsg, idle_timeout = "10m")]
/// #[persist(interval = "30s")]
/// struct Cart {
///     skus: Vec<String>,
/// }
///
/// #[handlers(CartMsg)]
/// impl Cart {
///     fn add(&mut self, sku: String) -> usize {
///         self.skus.push(sku);
///         self.skus.len()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), noex::Error> {
/// let system = System::new(MemoryAdapter::new());
/// // Without `or_init`, a key has to be made by `create` before it can be called.
/// let carts = system.family::<Cart>("carts").or_init(|_user| Cart::default).build()?;
/// assert_eq!(carts.at("ada").add("tea".to_owned()).await?, 1);
/// assert_eq!(carts.at("ada").add("cup".to_owned()).await?, 2);
/// assert_eq!(carts.at("bob").add("tea".to_owned()).await?, 1);
/// # system.shutdown().await?;
/// # Ok(())
/// # }
/// ```
pub struct Family<S: GenServer> {
    inner: Arc<FamilyInner<S>>,
}

pub(crate) struct FamilyInner<S: GenServer> {
    me: Weak<Self>,
    name: StdArc<str>,
    number: u64,
    system: Arc<Inner>,
    settings: Arc<Settings<S>>,
    keys: StdArc<FamilyKeys>,
    live: Mutex<HashMap<StdArc<str>, Arc<Slot<S>>>>,
    patience: Patience,
    /// Whether its supervisor has not opened it yet, or has ended it.
    closed: AtomicBool,
    /// Whether its system knows it no more.
    has_left: AtomicBool,
}

impl<S: GenServer> Family<S> {
    /// A client of the server with this key, without looking whether there is one.
    ///
    /// The first call starts it from its record; without one it is `NotStored`, unless the family has `or_init`.
    #[must_use]
    pub fn at(&self, key: &(impl fmt::Display + ?Sized)) -> ClientOf<S> {
        self.port(key.to_string().into())
    }

    /// Makes a new state under `key` from `args`, and answers once its first record is durable. A record that has
    /// expired is replaced.
    ///
    /// # Errors
    ///
    /// `AlreadyStored` where there is a record, and whatever else can fail a start.
    ///
    /// # Cancel safety
    ///
    /// The creation goes on when this future is dropped.
    pub async fn create(
        &self,
        key: &(impl fmt::Display + ?Sized),
        args: impl IntoArgs<S::Args>,
    ) -> Result<ClientOf<S>, StartError> {
        let (name, args) = (
            StdArc::<str>::from(key.to_string()),
            StdArc::new(args.into_args()),
        );
        self.inner.create(&name, &args).await?;
        Ok(self.port(name))
    }

    /// Deletes the record under `key`, stopping its server first if it runs; whether there was anything to delete.
    ///
    /// # Errors
    ///
    /// The server did not stop as it should have, or the record could not be deleted.
    pub async fn delete(&self, key: &(impl fmt::Display + ?Sized)) -> Result<bool, DeleteError> {
        self.inner.delete(&key.to_string().into()).await
    }

    /// How many of its servers are live now.
    #[must_use]
    pub fn live(&self) -> usize {
        self.inner.live().len()
    }

    /// The family's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    pub(crate) fn inner(&self) -> &FamilyInner<S> {
        &self.inner
    }

    fn port(&self, name: StdArc<str>) -> ClientOf<S> {
        let port: Arc<dyn Port<S::Protocol>> = Arc::new(KeyPort::new(self.inner.clone(), name));
        PortRef::new(port).into()
    }
}

/// Why a record of a family was not deleted.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeleteError {
    /// Its server did not stop as it should have.
    #[error(transparent)]
    Stop(#[from] StopError),
    /// It could not be claimed or deleted.
    #[error("the record could not be deleted")]
    Store(#[from] crate::store::StoreError),
    /// The name makes no key.
    #[error("`{name}` makes no key")]
    InvalidKey {
        /// The name.
        name: StdArc<str>,
        /// Why not.
        source: crate::persist::KeyError,
    },
}

impl<S: GenServer> FamilyInner<S> {
    fn live(&self) -> MutexGuard<'_, HashMap<StdArc<str>, Arc<Slot<S>>>> {
        lock(&self.live)
    }

    fn find(&self, name: &str) -> Option<Arc<Slot<S>>> {
        self.live().get(name).cloned()
    }

    /// The live server of this name, started if there is none.
    fn activate(&self, name: &StdArc<str>) -> Result<Arc<Slot<S>>, StartError> {
        loop {
            if let Some(slot) = self.find(name) {
                return Ok(slot);
            }
            let start = Start {
                birth: self.settings.birth.clone(),
                is_creation: false,
            };
            if let Some(slot) = self.start_new(name, start)? {
                return Ok(slot);
            }
        }
    }

    /// Starts a server of this name that must not be stored yet; a start under way is awaited first.
    async fn create(&self, name: &StdArc<str>, args: &StdArc<S::Args>) -> Result<(), StartError> {
        loop {
            let start = Start {
                birth: Birth::Args(args.clone()),
                is_creation: true,
            };
            if let Some(slot) = self.start_new(name, start)? {
                return slot.wait_until_started().await;
            }
            let Some(other) = self.find(name) else {
                continue;
            };
            if other.wait_until_started().await.is_ok() {
                return Err(StartError::AlreadyStored {
                    key: self.key_of(name)?,
                });
            }
        }
    }

    fn key_of(&self, name: &StdArc<str>) -> Result<Key, StartError> {
        let key = self.keys.key(name);
        key.map_err(|source| StartError::InvalidKey {
            kind: S::KIND,
            name: name.clone(),
            source,
        })
    }

    fn check_open(&self) -> Result<(), StartError> {
        if self.system.is_open() && !self.closed.load(Ordering::Acquire) {
            Ok(())
        } else {
            Err(StartError::NotRunning)
        }
    }

    /// Starts a server of this name, unless one is live.
    fn start_new(
        &self,
        name: &StdArc<str>,
        start: Start<S>,
    ) -> Result<Option<Arc<Slot<S>>>, StartError> {
        let key = self.key_of(name)?;
        let mut live = self.live();
        if live.contains_key(name) {
            return Ok(None);
        }
        self.check_parked(name, key)?;
        // Under the lock: a shutdown finds whatever is live before it.
        self.check_open()?;
        let slot = Slot::new(
            self.system.clone(),
            self.settings.clone(),
            Some(name.clone()),
            self.system.next_number(),
        );
        live.insert(name.clone(), slot.clone());
        drop(live);
        slot.spawn_start_with(start);
        Ok(Some(slot))
    }

    async fn delete(&self, name: &StdArc<str>) -> Result<bool, DeleteError> {
        loop {
            if let Some(slot) = self.find(name) {
                let label = slot.label();
                let Some(ended) = slot.request_stop(Stop::deleting_state()) else {
                    continue;
                };
                let exit = wait_for(&ended).await;
                match &exit {
                    Ok(Exit {
                        reason: ExitReason::Stopped,
                        ..
                    }) if slot.life().stops_by_deleting() => {
                        return Exit::into_stop_result(exit, label)
                            .map(|()| true)
                            .map_err(Into::into);
                    }
                    // It ended on its own, or was asked to before: its record is still there.
                    _ => continue,
                }
            }
            return self.delete_stored(name).await;
        }
    }
}

/// The family as the owner of its servers.
struct Member<S: GenServer> {
    family: Weak<FamilyInner<S>>,
}

impl<S: GenServer> Owner<S> for Member<S> {
    /// A server that was idle, has crashed or was halted goes on if something came for it meanwhile. Deciding that, closing the
    /// mailbox and leaving the family are one step, so no message falls between.
    fn after(&self, slot: &Slot<S>, exit: &Exit) -> Sequel {
        let Some(family) = self.family.upgrade() else {
            return Sequel::Ends;
        };
        let parked = Self::park(&family, slot, exit);
        let returns = match &exit.reason {
            ExitReason::Idle
            | ExitReason::Expired
            | ExitReason::Crashed { .. }
            | ExitReason::Fenced => true,
            ExitReason::Stopped => slot.life().purpose() == Some(Purpose::Restart),
            _ => false,
        };
        let mut live = family.live();
        if parked {
            Self::remove(&mut live, slot);
            return Sequel::Ends;
        }
        if returns && slot.is_awaited_or_closes() {
            return Sequel::GoesOn;
        }
        Self::remove(&mut live, slot);
        Sequel::Ends
    }

    fn ended(&self, slot: &Slot<S>) {
        let Some(family) = self.family.upgrade() else {
            return;
        };
        Self::remove(&mut family.live(), slot);
    }
}

impl<S: GenServer> Member<S> {
    /// Takes `slot` out, unless the next server of its name is live already.
    fn remove(live: &mut HashMap<StdArc<str>, Arc<Slot<S>>>, slot: &Slot<S>) {
        let Some(name) = &slot.name else { return };
        let known = live.get(name).map(|live| live.number());
        if known == Some(slot.number()) {
            live.remove(name);
        }
    }
}

impl<S: GenServer> Stops for FamilyInner<S> {
    fn stop_all(&self, deadline: Duration) -> BoxFuture<'static, StopOutcome> {
        let stopped = self.stop_servers(Purpose::End, deadline);
        let family = self.me.clone();
        Box::pin(async move {
            let outcome = stopped.await;
            if let Some(family) = family.upgrade().filter(|family| family.live().is_empty()) {
                family.leave();
            }
            outcome
        })
    }

    fn count(&self) -> usize {
        self.live().len()
    }

    fn any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

impl<S: GenServer> FamilyInner<S> {
    /// Stops every live server, all at the same time. Where that is for a restart, one for which messages wait is
    /// started again for them.
    pub(crate) fn stop_servers(
        &self,
        purpose: Purpose,
        deadline: Duration,
    ) -> impl Future<Output = StopOutcome> + Send + 'static {
        let until = after(now(), deadline);
        let of_each = self.settings.options().shutdown_timeout;
        let last = match purpose {
            Purpose::Restart => Last::BeforeRestart,
            Purpose::Asked | Purpose::End => Last::Configured,
        };
        let mut slots: Vec<_> = self.live().values().cloned().collect();
        // In the order of their starts, and not of a map: what follows from a seed follows again.
        slots.sort_by_key(|slot| slot.number());
        stop_side_by_side(slots, move |slot: Arc<Slot<S>>| {
            let left = until.saturating_duration_since(now());
            let within = Some(left.min(of_each));
            let stopped = slot.end_for(Stop { last, within }, purpose);
            async { StopOutcome::of(stopped.await) }
        })
    }

    /// Is stopped and opened by a supervisor from here on.
    pub(crate) fn supervise(&self) {
        self.close();
        self.system.supervise(self.number);
    }

    /// Starts servers for its clients; known to its system again, if it had left that.
    pub(crate) fn open(&self) -> Result<(), StartError> {
        if self.has_left.load(Ordering::Acquire) {
            self.come_back()?;
        }
        self.closed.store(false, Ordering::Release);
        Ok(())
    }

    fn come_back(&self) -> Result<(), StartError> {
        let taken = || StartError::NameTaken {
            kind: S::KIND,
            name: self.name.clone(),
        };
        let me = self.me.upgrade().ok_or(StartError::NotRunning)?;
        let prefix = self.keys.prefix();
        if self.system.reserve_prefix(prefix, &self.name).is_some() {
            return Err(taken());
        }
        let entry = Entry::Supervised;
        let entered = self.system.enter::<Family<S>>(self.number, None, me, entry);
        if entered.is_none() {
            self.system.free_prefix(prefix);
            return Err(StartError::NotRunning);
        }
        if let Some(persisting) = &self.settings.persisting {
            self.system.clean_up_for(&persisting.config);
        }
        self.has_left.store(false, Ordering::Release);
        Ok(())
    }

    /// Starts no more servers: under the lock, so that whoever stops those that are live finds them all.
    pub(crate) fn close(&self) {
        let live = self.live();
        self.closed.store(true, Ordering::Release);
        drop(live);
    }

    pub(crate) fn leave(&self) {
        if !self.system.leave::<Family<S>>(self.number, None) {
            return;
        }
        if let Some(persisting) = &self.settings.persisting {
            self.system.clean_up_no_more_for(&persisting.config);
        }
        self.has_left.store(true, Ordering::Release);
        self.system.free_prefix(self.keys.prefix());
    }
}

impl<S: GenServer> Clone for Family<S> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
        }
    }
}

impl<S: GenServer> fmt::Debug for Family<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Family")
            .field("name", &self.inner.name)
            .field("live", &self.live())
            .finish()
    }
}
