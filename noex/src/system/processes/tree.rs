//! Processes for a person's eyes: an indented tree, aligned, one line each, short where there are many.

mod count;
mod text;

use std::cmp::Reverse;
use std::fmt;
use std::time::SystemTime;

use self::count::Count;
use self::text::{Plain, grouped, span};
use super::{Health, Process, Processes, Role};

/// How many servers in one place are shown where not all are wanted.
const SHOWN: usize = 20;

/// The widest column of names; what is longer pushes its own line aside and no other.
const WIDEST: usize = 48;

impl fmt::Display for Processes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tree = Tree {
            at: self.at,
            shown: if f.alternate() { usize::MAX } else { SHOWN },
            lines: Vec::new(),
        };
        tree.grow(&self.processes, 0);
        write!(f, "{}", Count::of(&self.processes))?;
        tree.write(f)
    }
}

struct Tree {
    at: SystemTime,
    shown: usize,
    lines: Vec<Line>,
}

/// What is said of one process, or of those that are left out.
struct Line {
    depth: usize,
    label: String,
    health: Option<Health>,
    rest: String,
}

impl Tree {
    fn grow(&mut self, processes: &[Process], depth: usize) {
        let (shown, left_out) = self.choose(processes);
        for process in shown {
            self.lines.push(Line {
                depth,
                label: label(process),
                health: Some(process.health),
                rest: match process.role {
                    Role::Server => self.about_server(process),
                    _ => Count::of(&process.children).to_string(),
                },
            });
            self.grow(&process.children, depth + 1);
        }
        if left_out.servers() > 0 {
            self.lines.push(Line {
                depth,
                label: format!(
                    "and {} more: {}",
                    grouped(left_out.servers()),
                    left_out.how()
                ),
                health: None,
                rest: String::new(),
            });
        }
    }

    /// The processes to be shown, in their order, and a count of the servers that are not.
    fn choose<'a>(&self, processes: &'a [Process]) -> (Vec<&'a Process>, Count) {
        let is_server = |process: &&Process| process.role == Role::Server;
        let mut servers: Vec<_> = processes
            .iter()
            .enumerate()
            .filter(|(_, process)| is_server(process))
            .collect();
        servers.sort_by_key(|(_, process)| (unremarkable(process), Reverse(process.queued)));
        let left_out = servers.split_off(servers.len().min(self.shown));
        let count = Count::of(left_out.iter().map(|(_, process)| *process));
        let mut left_out: Vec<_> = left_out.into_iter().map(|(index, _)| index).collect();
        left_out.sort_unstable();
        let shown = processes.iter().enumerate();
        let shown = shown.filter(|(index, _)| left_out.binary_search(index).is_err());
        (shown.map(|(_, process)| process).collect(), count)
    }

    fn about_server(&self, process: &Process) -> String {
        let mut said = Vec::new();
        if process.queued > 0 {
            said.push(format!("{} queued", grouped(process.queued)));
        }
        match process.restarts {
            0 => {}
            1 => said.push("restarted once".to_owned()),
            restarts => said.push(format!("restarted {restarts} times")),
        }
        let Some(saves) = &process.saves else {
            return said.join(", ");
        };
        if let Some(last) = &saves.last {
            said.push(format!(
                "saved {} ago as {}",
                span(last.at, self.at),
                last.revision
            ));
        }
        if let Some(since) = saves.unsaved_since {
            said.push(format!("unsaved for {}", span(since, self.at)));
        }
        if let Some(failure) = saves.failure.as_ref().filter(|_| saves.degraded) {
            said.push(format!("not saved: {}", Plain(&failure.message)));
        }
        said.join(", ")
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let aligned = self.lines.iter().filter(|line| line.health.is_some());
        let width = aligned
            .map(Line::width)
            .max()
            .unwrap_or_default()
            .min(WIDEST);
        for line in &self.lines {
            let indent = 2 * line.depth;
            write!(f, "\n{:indent$}{}", "", line.label)?;
            let Some(health) = line.health else { continue };
            let gap = width.saturating_sub(line.width());
            write!(f, "{:gap$}  ", "")?;
            match line.rest.as_str() {
                "" => write!(f, "{health}")?,
                rest => write!(f, "{health:<8}  {rest}")?,
            }
        }
        Ok(())
    }
}

impl Line {
    fn width(&self) -> usize {
        2 * self.depth + self.label.chars().count()
    }
}

fn label(process: &Process) -> String {
    let kind = match process.role {
        Role::Server => process.kind.to_string(),
        Role::Family => format!("family of {}", process.kind),
        Role::Supervisor => format!("supervisor {}", process.kind),
    };
    let name = process.name.as_deref();
    let name = name.map(|name| format!(" `{}`", Plain(name)));
    let number = (process.number > 0).then(|| format!(" #{}", process.number));
    [Some(kind), name, number].into_iter().flatten().collect()
}

/// Where a process comes if the most noteworthy come first.
fn unremarkable(process: &Process) -> u32 {
    match process.health {
        _ if process.is_degraded() => 0,
        Health::Parked => 1,
        Health::Waiting => 2,
        Health::Stopping | Health::Ended => 3,
        Health::Starting => 4,
        Health::Busy => 5,
        Health::Running | Health::Idle => 6,
    }
}
