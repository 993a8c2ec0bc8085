//! A supervisor without servers: it does what the decision says, hears what the model would do, and compares.

use std::time::Duration;

use tokio::time::Instant;

use super::model::{Kind, Model, News, Rules, Together};
use super::random::Random;
use super::tally::Tally;
use super::translation::{agree, deeds, name, policy};
use crate::supervise::restart::{Child, Ended, History, Place, Plan, Policy, Restart, Verdict};

/// More children than that tell nothing new.
const MOST: usize = 8;

pub(super) struct World {
    random: Random,
    rules: Rules,
    model: Model,
    policy: Policy,
    history: History,
    children: Vec<Child>,
    /// What unfinished restarts have still to start.
    starting: Vec<usize>,
    start: Instant,
    now: u64,
    given_up: bool,
    pub(super) events: Vec<String>,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let rules = random_rules(&mut random);
        let mut world = Self {
            policy: policy(&rules),
            model: Model::new(rules),
            events: vec![format!("{rules:?}")],
            random,
            rules,
            history: History::default(),
            children: Vec::new(),
            starting: Vec::new(),
            start: Instant::now(),
            now: 0,
            given_up: false,
        };
        // Sometimes the first start of all is not finished either.
        let up = world.random.below(12);
        for place in 0..=world.random.below(MOST as u64) {
            world.join(if place < up { Place::Up } else { Place::Due });
        }
        world
    }

    /// Up to 60 exits, or until the supervisor gives up.
    pub(super) fn run(&mut self, tally: &mut Tally) -> Result<(), String> {
        let enough = tally.exits + self.random.below(60) + 1;
        while tally.exits < enough && !self.given_up {
            self.pass_time();
            match self.random.below(20) {
                0 => self.stop_by_hand(),
                1 => self.start_by_hand(),
                2 => self.join(Place::Up),
                3 => self.hear_late(tally)?,
                4..=11 => self.start_next(tally)?,
                _ => self.end_one(tally)?,
            }
            self.compare_places()?;
        }
        Ok(())
    }

    /// Often none, and often just as long as the window.
    fn pass_time(&mut self) {
        self.now += match self.random.below(20) {
            0..=11 => 0,
            12..=17 => self.random.below(4),
            18 => self.rules.window,
            _ => self.rules.window + 1,
        };
    }

    fn join(&mut self, place: Place) {
        if self.children.len() == MOST {
            return;
        }
        let who = self.children.len();
        let kinds = [
            (Kind::Always, Restart::Permanent),
            (Kind::Always, Restart::Permanent),
            (Kind::AfterCrashes, Restart::Transient),
            (Kind::Never, Restart::Temporary),
        ];
        let (kind, restart) = self.random.pick(&kinds).expect("there are some");
        self.model.joins(name(who), kind);
        self.children.push(Child { restart, place });
        self.note(&format!("{} joins, {restart:?}, {place:?}", name(who)));
        if place == Place::Due {
            self.starting.push(who);
            self.model.waits(name(who));
        } else {
            self.model.comes_up(name(who));
        }
    }

    fn stop_by_hand(&mut self) {
        let there = [self.those(Place::Up), self.those(Place::Due)].concat();
        if let Some(who) = self.random.pick(&there) {
            self.note(&format!("{} is stopped by hand", name(who)));
            self.put_out(who);
            self.model.leaves(name(who));
        }
    }

    fn start_by_hand(&mut self) {
        let out = self.those(Place::Out);
        if let Some(who) = self.random.pick(&out) {
            self.comes_up(who, "is started by hand");
        }
    }

    /// The exit of a child was on its way while it was stopped by hand.
    fn hear_late(&mut self, tally: &mut Tally) -> Result<(), String> {
        let out = self.those(Place::Out);
        let Some(who) = self.random.pick(&out) else {
            return Ok(());
        };
        tally.late += 1;
        self.hear(who, tally)
    }

    /// An unfinished restart goes on.
    fn start_next(&mut self, tally: &mut Tally) -> Result<(), String> {
        let Some(who) = self.starting.first().copied() else {
            return self.end_one(tally);
        };
        if self.random.percent(75) {
            self.starting.remove(0);
            self.comes_up(who, "comes up");
            return Ok(());
        }
        tally.not_up += 1;
        self.hear(who, tally)
    }

    fn comes_up(&mut self, who: usize, how: &str) {
        self.note(&format!("{} {how}", name(who)));
        self.children[who].place = Place::Up;
        self.model.comes_up(name(who));
    }

    fn end_one(&mut self, tally: &mut Tally) -> Result<(), String> {
        let up = self.those(Place::Up);
        let Some(who) = self.random.pick(&up) else {
            return Ok(());
        };
        tally.meanwhile += u64::from(!self.starting.is_empty());
        if self.random.percent(50) {
            // Whether the place of who has ended is changed before or after must not matter.
            self.children[who].place = Place::Due;
        }
        self.hear(who, tally)
    }

    /// Asks both what follows, and does it.
    fn hear(&mut self, who: usize, tally: &mut Tally) -> Result<(), String> {
        let (news, ended) = match self.random.below(10) {
            0 | 1 => (News::Fine, Ended::Well),
            2 => (News::Hopeless, Ended::Parked),
            _ => (News::Crash, Ended::Badly),
        };
        self.note(&format!("{} has ended: {ended:?}", name(who)));
        let now = self.start + Duration::from_millis(self.now);
        let (children, random) = (&self.children, self.random.next());
        let history = &mut self.history;
        let verdict = self
            .policy
            .decide(children, history, who, ended, now, random);
        tally.count(&verdict);
        let expected = self.model.hears(name(who), news, self.now);
        self.note(&format!("  {verdict:?}"));
        if !agree(&deeds(&verdict), &expected) {
            return Err(format!("expected {expected:?}"));
        }
        self.heed(who, verdict);
        Ok(())
    }

    fn heed(&mut self, who: usize, verdict: Verdict) {
        self.put_out(who);
        match verdict {
            Verdict::Leave => {}
            Verdict::Restart(plan) => self.carry_out(&plan),
            Verdict::GiveUp { .. } => self.given_up = true,
        }
    }

    /// Stops all, and begins to start; what is not started before the next exit may be in the next plan.
    fn carry_out(&mut self, plan: &Plan) {
        for who in &plan.stop {
            self.put_out(*who);
        }
        self.starting.retain(|who| !plan.start.contains(who));
        for who in &plan.start {
            self.children[*who].place = Place::Due;
            self.starting.push(*who);
        }
    }

    fn put_out(&mut self, who: usize) {
        self.children[who].place = Place::Out;
        self.starting.retain(|starting| *starting != who);
    }

    /// Nobody is forgotten who should come back, and nobody comes back who should not.
    fn compare_places(&self) -> Result<(), String> {
        let names = |those: Vec<usize>| those.into_iter().map(name).collect();
        let mut starting = self.starting.clone();
        starting.sort_unstable();
        let same = self.given_up
            || self.model.running == names(self.those(Place::Up))
                && self.model.waiting == names(self.those(Place::Due))
                && starting == self.those(Place::Due);
        let (running, waiting) = (&self.model.running, &self.model.waiting);
        let expected = || format!("expected up: {running:?}, due: {waiting:?}");
        if same { Ok(()) } else { Err(expected()) }
    }

    fn those(&self, place: Place) -> Vec<usize> {
        let children = self.children.iter().enumerate();
        let those = children.filter(|(_, child)| child.place == place);
        those.map(|(who, _)| who).collect()
    }

    fn note(&mut self, event: &str) {
        self.events.push(format!("{:>4} ms: {event}", self.now));
    }
}

/// Few restarts in a short window, or so many that a history goes on for long.
fn random_rules(random: &mut Random) -> Rules {
    let together = [Together::Nobody, Together::Everybody, Together::Later];
    let allowed = if random.percent(60) { 4 } else { 40 };
    let waits = random.percent(50);
    Rules {
        together: random.pick(&together).expect("there are three"),
        allowed: usize::try_from(random.below(allowed)).expect("it is small"),
        window: random.below(9),
        first_wait: if waits { random.below(5) * 2 } else { 0 },
        longest_wait: if waits { random.below(50) * 2 } else { 0 },
    }
}
