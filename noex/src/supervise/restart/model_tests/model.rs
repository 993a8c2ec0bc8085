//! The rules once more, from their words: names instead of places, sets instead of states, and every restart there
//! ever was instead of a window.

use std::collections::BTreeSet;

pub(super) type Name = char;

/// When a child comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Always,
    AfterCrashes,
    Never,
}

/// Who comes back with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Together {
    Nobody,
    Everybody,
    Later,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    Fine,
    Crash,
    Hopeless,
}

/// Times are in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) together: Together,
    pub(super) allowed: usize,
    pub(super) window: u64,
    pub(super) first_wait: u64,
    pub(super) longest_wait: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Stop(Name),
    /// It will not be started again.
    Forget(Name),
    /// Between these.
    Wait(u64, u64),
    Start(Name),
    Fail,
}

pub(super) struct Model {
    rules: Rules,
    /// In start order.
    family: Vec<(Name, Kind)>,
    pub(super) running: BTreeSet<Name>,
    pub(super) waiting: BTreeSet<Name>,
    restarts: Vec<u64>,
}

impl Model {
    pub(super) fn new(rules: Rules) -> Self {
        Self {
            rules,
            family: Vec::new(),
            running: BTreeSet::new(),
            waiting: BTreeSet::new(),
            restarts: Vec::new(),
        }
    }

    pub(super) fn joins(&mut self, name: Name, kind: Kind) {
        self.family.push((name, kind));
    }

    pub(super) fn waits(&mut self, name: Name) {
        self.waiting.insert(name);
    }

    pub(super) fn comes_up(&mut self, name: Name) {
        self.waiting.remove(&name);
        self.running.insert(name);
    }

    pub(super) fn leaves(&mut self, name: Name) {
        self.waiting.remove(&name);
        self.running.remove(&name);
    }

    /// What the supervisor does, in this order, when it hears that a child has ended.
    pub(super) fn hears(&mut self, name: Name, news: News, at: u64) -> Vec<Deed> {
        let was_there = self.running.contains(&name) || self.waiting.contains(&name);
        self.leaves(name);
        if !was_there || !comes_back(self.kind_of(name), news) {
            return Vec::new();
        }
        self.restarts.push(at);
        if self.recent(at) > self.rules.allowed {
            return self.fails();
        }
        let mut deeds = self.stops(&self.concerned(name));
        self.waiting.insert(name);
        deeds.push(self.wait(self.recent(at)));
        let starts = self.family.iter().map(|(name, _)| *name);
        let concerned = self.concerned(name);
        let starts = starts.filter(|name| concerned.contains(name) && self.waiting.contains(name));
        deeds.extend(starts.map(Deed::Start));
        deeds
    }

    fn kind_of(&self, name: Name) -> Kind {
        let mut family = self.family.iter();
        let (_, kind) = family.find(|(known, _)| *known == name).expect("a child");
        *kind
    }

    /// Those whom the restart of `name` is about.
    fn concerned(&self, name: Name) -> BTreeSet<Name> {
        let all = self.family.iter().map(|(name, _)| *name);
        match self.rules.together {
            Together::Nobody => BTreeSet::from([name]),
            Together::Everybody => all.collect(),
            Together::Later => all.skip_while(|earlier| *earlier != name).collect(),
        }
    }

    /// Last come, first stopped.
    fn stops(&mut self, concerned: &BTreeSet<Name>) -> Vec<Deed> {
        let mut deeds = Vec::new();
        for (name, kind) in self.family.iter().rev() {
            if !concerned.contains(name) || !self.running.remove(name) {
                continue;
            }
            deeds.push(Deed::Stop(*name));
            if *kind == Kind::Never {
                deeds.push(Deed::Forget(*name));
            } else {
                self.waiting.insert(*name);
            }
        }
        deeds
    }

    fn fails(&self) -> Vec<Deed> {
        let names = self.family.iter().rev().map(|(name, _)| *name);
        let running = names.filter(|name| self.running.contains(name));
        running.map(Deed::Stop).chain([Deed::Fail]).collect()
    }

    fn recent(&self, now: u64) -> usize {
        let recent = |then: &&u64| **then + self.rules.window >= now;
        self.restarts.iter().filter(recent).count()
    }

    fn wait(&self, recent: usize) -> Deed {
        let mut longest = self.rules.first_wait;
        for _ in 1..recent {
            longest += longest;
        }
        longest = longest.min(self.rules.longest_wait);
        Deed::Wait(longest / 2, longest)
    }
}

fn comes_back(kind: Kind, news: News) -> bool {
    match news {
        News::Hopeless => false,
        News::Fine => kind == Kind::Always,
        News::Crash => kind == Kind::Always || kind == Kind::AfterCrashes,
    }
}
