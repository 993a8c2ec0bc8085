//! How many servers there are, and how they are, in a few words.

use std::collections::BTreeMap;
use std::fmt;

use super::text::grouped;
use crate::system::processes::{Health, Process, Role};

/// Servers by their health.
#[derive(Default)]
pub(super) struct Count {
    by_health: BTreeMap<Health, u64>,
    degraded: u64,
}

impl Count {
    /// The servers among `processes` and below them.
    pub(super) fn of<'a>(processes: impl IntoIterator<Item = &'a Process>) -> Self {
        let mut count = Self::default();
        count.add(processes);
        count
    }

    pub(super) fn servers(&self) -> u64 {
        self.by_health.values().sum()
    }

    /// How they are, as in `10 idle, 2 busy; not saved: 1`.
    pub(super) fn how(&self) -> String {
        let each = self.by_health.iter();
        let each = each.map(|(health, servers)| format!("{} {health}", grouped(*servers)));
        let how = each.collect::<Vec<_>>().join(", ");
        match self.degraded {
            0 => how,
            degraded => format!("{how}; not saved: {}", grouped(degraded)),
        }
    }

    fn add<'a>(&mut self, processes: impl IntoIterator<Item = &'a Process>) {
        for process in processes {
            if process.role == Role::Server {
                *self.by_health.entry(process.health).or_default() += 1;
                self.degraded += u64::from(process.is_degraded());
            }
            self.add(&process.children);
        }
    }
}

/// As in `12 servers: 10 idle, 2 busy; not saved: 1`.
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.servers() {
            0 => f.write_str("no servers"),
            1 => write!(f, "1 server: {}", self.how()),
            servers => write!(f, "{} servers: {}", grouped(servers), self.how()),
        }
    }
}
