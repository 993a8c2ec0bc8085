//! The options of one server.

use std::time::Duration;

use super::error::{ConfigError, Mistake};
use super::fault::Fault;
use super::options::{Options, Visit};
use super::origin::Choice;
use super::value::LARGEST_MAILBOX;
use crate::persist::PersistOptions;
use crate::persist::config::{Naming, PersistConfig};
use crate::server::{GenServer, ServerOptions};

/// Options of one server, each instead of the one that its attributes declare; what is not set stays as declared.
///
/// It is read from a file, on its own or among [`ServerConfigs`](super::ServerConfigs), or written in code.
///
/// ```
/// use std::time::Duration;
/// use noex::PersistOptions;
/// use noex::config::ServerConfig;
///
/// let written: ServerConfig = toml::from_str(
///     "
///     call_timeout = \"2s\"
///     idle_timeout = \"off\"
///     [persist]
///     interval = \"1m 30s\"
///     ",
/// )?;
/// let config = written
///     .call_timeout(Duration::from_secs(3))
///     .persist(PersistOptions::new().save_on_stop(false));
/// assert_eq!(
///     serde_json::to_value(&config)?,
///     serde_json::json!({
///         "call_timeout": "3s",
///         "idle_timeout": "off",
///         "persist": { "interval": "1m 30s", "save_on_stop": false },
///     })
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ServerConfig {
    mailbox: Choice<usize>,
    call_timeout: Choice<Duration>,
    start_timeout: Choice<Duration>,
    shutdown_timeout: Choice<Duration>,
    idle_timeout: Choice<Option<Duration>>,
    inline: Choice<bool>,
    pub(super) persist: PersistOptions,
    /// What is wrong with what was read: it is refused with whatever else is found.
    pub(super) mistakes: Vec<Mistake>,
}

/// The options that hold for a server, free of mistakes.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) options: ServerOptions,
    pub(crate) persist: Option<PersistConfig>,
}

impl ServerConfig {
    /// Leaves everything as declared.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many messages may wait before senders do.
    pub fn mailbox(mut self, messages: usize) -> Self {
        self.mailbox = Choice::in_code(messages);
        self
    }

    /// How long a call waits for its reply unless it says otherwise.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = Choice::in_code(timeout);
        self
    }

    /// How long a start may take.
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.start_timeout = Choice::in_code(timeout);
        self
    }

    /// How long a stop may take before the server is killed.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.shutdown_timeout = Choice::in_code(timeout);
        self
    }

    /// How long a server stays without messages from clients before it is saved and stopped; `None` for ever.
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = Choice::in_code(timeout.into());
        self
    }

    /// Whether a handler may run on its caller's stack.
    pub fn inline(mut self, inline: bool) -> Self {
        self.inline = Choice::in_code(inline);
        self
    }

    /// Options of persistence; those that are not set in `options` stay as they are.
    pub fn persist(mut self, options: PersistOptions) -> Self {
        self.persist.lay(options);
        self
    }

    /// Lays `above` over this: an option that both set is as `above` has it, unless that is read from a file and this
    /// written in code.
    ///
    /// So a file can have a section of what holds for all servers, under the section of each:
    ///
    /// ```
    /// use noex::config::ServerConfigs;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let servers: ServerConfigs = toml::from_str(
    ///     "
    ///     [all]
    ///     mailbox = 64
    ///     call_timeout = \"2s\"
    ///     [orders]
    ///     mailbox = 4096
    ///     ",
    /// )?;
    /// let orders = servers.of("all").with(servers.of("orders"));
    /// assert_eq!(toml::to_string(&orders)?, "mailbox = 4096\ncall_timeout = \"2s\"\n");
    /// # Ok(())
    /// # }
    /// ```
    pub fn with(mut self, above: Self) -> Self {
        self.mailbox.lay(above.mailbox);
        self.call_timeout.lay(above.call_timeout);
        self.start_timeout.lay(above.start_timeout);
        self.shutdown_timeout.lay(above.shutdown_timeout);
        self.idle_timeout.lay(above.idle_timeout);
        self.inline.lay(above.inline);
        self.persist.lay(above.persist);
        self.mistakes.extend(above.mistakes);
        self
    }

    /// All options as they hold for a server of the kind `S`: what its attributes declare, with this over it.
    ///
    /// It is meant to be printed. A template of the key is left out if there is none.
    pub fn effective<S: GenServer>(&self) -> Self {
        let mut effective = Self::declared::<S>().with(self.clone());
        effective.persist.settle_save_on_stop();
        effective
    }

    /// The options that hold for a server of the kind `S`, if nothing is wrong with them.
    pub(crate) fn resolve<S: GenServer>(
        mut self,
        naming: Naming<'_>,
    ) -> Result<Resolved, ConfigError> {
        let mut mistakes = std::mem::take(&mut self.mistakes);
        let persist = self.resolve_persist::<S>(naming, &mut mistakes);
        let chosen = Self::declared::<S>().with(self);
        let options = chosen.resolve_options(S::OPTIONS, &mut mistakes);
        ConfigError::unless_empty(mistakes)?;
        Ok(Resolved { options, persist })
    }

    fn declared<S: GenServer>() -> Self {
        let persist = S::persistence()
            .map(|persistence| PersistOptions::declared(persistence.attributes))
            .unwrap_or_default();
        Self {
            mailbox: Choice::in_attribute(S::OPTIONS.mailbox),
            call_timeout: Choice::in_attribute(S::OPTIONS.call_timeout),
            start_timeout: Choice::in_attribute(S::OPTIONS.start_timeout),
            shutdown_timeout: Choice::in_attribute(S::OPTIONS.shutdown_timeout),
            idle_timeout: Choice::in_attribute(S::OPTIONS.idle_timeout),
            inline: Choice::in_attribute(S::OPTIONS.inline),
            persist,
            mistakes: Vec::new(),
        }
    }

    fn resolve_options(
        &self,
        declared: ServerOptions,
        mistakes: &mut Vec<Mistake>,
    ) -> ServerOptions {
        let no_room = self.mailbox.get() == Some(&0);
        mistakes.extend(zero("mailbox", &self.mailbox, no_room));
        mistakes.extend(too_many(&self.mailbox));
        for (option, timeout) in [
            ("call_timeout", &self.call_timeout),
            ("start_timeout", &self.start_timeout),
            ("shutdown_timeout", &self.shutdown_timeout),
        ] {
            mistakes.extend(zero(
                option,
                timeout,
                timeout.get() == Some(&Duration::ZERO),
            ));
        }
        let never_idle = self.idle_timeout.on() == Some(Duration::ZERO);
        mistakes.extend(zero("idle_timeout", &self.idle_timeout, never_idle));
        let timeout =
            |choice: &Choice<Duration>, declared| choice.get().copied().unwrap_or(declared);
        ServerOptions {
            mailbox: self.mailbox.get().copied().unwrap_or(declared.mailbox),
            call_timeout: timeout(&self.call_timeout, declared.call_timeout),
            start_timeout: timeout(&self.start_timeout, declared.start_timeout),
            shutdown_timeout: timeout(&self.shutdown_timeout, declared.shutdown_timeout),
            idle_timeout: self.idle_timeout.on(),
            inline: self.inline.get().copied().unwrap_or(declared.inline),
        }
    }

    fn resolve_persist<S: GenServer>(
        &self,
        naming: Naming<'_>,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<PersistConfig> {
        let Some(persistence) = S::persistence() else {
            let fault = || Fault::NotPersistent { kind: S::KIND };
            let given = self.persist.origins().into_iter();
            mistakes.extend(given.map(|origin| Mistake::new(origin, fault())));
            return None;
        };
        PersistConfig::resolve(persistence.attributes, &self.persist, naming)
            .map_err(|found| mistakes.extend(found))
            .ok()
    }
}

impl Options for ServerConfig {
    const OF_THE_CODE: &'static [&'static str] = &[
        "protocol",
        "env",
        "args",
        "init",
        "on_start",
        "terminate",
        "crate",
    ];

    fn each(&mut self, visit: &mut impl Visit) {
        visit.option("mailbox", &mut self.mailbox);
        visit.option("call_timeout", &mut self.call_timeout);
        visit.option("start_timeout", &mut self.start_timeout);
        visit.option("shutdown_timeout", &mut self.shutdown_timeout);
        visit.option("idle_timeout", &mut self.idle_timeout);
        visit.option("inline", &mut self.inline);
    }
}

/// Nothing is no room for messages, and no time to wait.
fn zero<T>(option: &'static str, choice: &Choice<T>, is_zero: bool) -> Option<Mistake> {
    is_zero.then(|| Mistake::new(choice.origin(), Fault::Zero { option }))
}

/// A mailbox that was set in code to more than a file could.
fn too_many(mailbox: &Choice<usize>) -> Option<Mistake> {
    let room = mailbox.get().filter(|room| **room > LARGEST_MAILBOX)?;
    let number = u64::try_from(*room).unwrap_or(u64::MAX);
    Some(Mistake::new(mailbox.origin(), Fault::TooMany { number }))
}
