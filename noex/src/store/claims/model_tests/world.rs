//! The world of the model: one key in a store, three servers, and letters on their way between them.

use std::collections::HashSet;

use crate::persist::settle::{Verdict, verdict};
use crate::store::claims::{Claims, check_claim, check_revision};
use crate::store::{Bytes, Claim, Epoch, Key, Loaded, NodeId, Ownership, Record, Revision, Write};

/// Which of the shipped rules the store of the model applies.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one rule, left out by itself"
)]
pub(super) struct Rules {
    pub(super) claim: bool,
    pub(super) revision: bool,
    pub(super) delete_ends_claim: bool,
    /// Whether a server in doubt compares bytes and epoch, and not the number alone.
    pub(super) whole_revision: bool,
}

pub(super) const ALL: Rules = Rules {
    claim: true,
    revision: true,
    delete_ends_claim: true,
    whole_revision: true,
};

/// What must never be seen.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Harm {
    /// A write landed whose author had been replaced: what the new owner read is lost.
    FromThePast,
    /// A write landed again, or after a newer one of the same author.
    OutOfOrder,
    /// A write landed after its author's delete had.
    BackFromTheDead,
    /// A server took for saved what was not stored.
    FalselySaved,
}

/// A write on its way, with what only the checker knows.
#[derive(Clone)]
struct Letter {
    write: Write,
    author: Epoch,
    turn: u64,
}

/// A server as it sees itself.
struct Server {
    node: NodeId,
    life: Option<Life>,
}

struct Life {
    claim: Claim,
    known: Option<Revision>,
    turns: u64,
    open: Option<Letter>,
}

pub(super) struct World {
    rules: Rules,
    random: u64,
    key: Key,
    claims: Claims,
    record: Option<Record>,
    last_epoch: Epoch,
    letters: Vec<Letter>,
    servers: Vec<Server>,
    /// The newest write that landed under the newest claim.
    landed: Option<(Epoch, u64)>,
    all_landed: HashSet<(Epoch, u64)>,
    deleted: Option<Epoch>,
}

impl World {
    pub(super) fn new(rules: Rules, seed: u64) -> Self {
        let servers = (1..=3)
            .map(|node| Server {
                node: NodeId::new(node),
                life: None,
            })
            .collect();
        Self {
            rules,
            random: seed,
            key: Key::new("k").expect("a valid key"),
            claims: Claims::default(),
            record: None,
            last_epoch: Epoch::default(),
            letters: Vec::new(),
            servers,
            landed: None,
            all_landed: HashSet::new(),
            deleted: None,
        }
    }

    /// Splitmix64: small, and the same everywhere.
    fn below(&mut self, bound: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).expect("it is below the bound")
    }

    pub(super) fn step(&mut self) -> Result<(), Harm> {
        let who = self.below(self.servers.len());
        match self.below(8) {
            0 => self.start(who),
            1 => self.send(who),
            2..=5 => return self.deliver(),
            6 => return self.look(who),
            _ => self.take_over(who),
        }
        Ok(())
    }

    fn start(&mut self, who: usize) {
        if self.servers[who].life.is_some() {
            return;
        }
        let epoch = self.last_epoch.next();
        let Ok(claim) = self
            .claims
            .claim(&self.key, self.servers[who].node, "", epoch)
        else {
            return;
        };
        self.begin_life(who, claim);
    }

    /// A lease that ran out, unnoticed by whoever had it.
    fn take_over(&mut self, who: usize) {
        if self.servers[who].life.is_some() || self.below(4) > 0 {
            return;
        }
        if let Some(holder) = self.claims.holder(&self.key).cloned() {
            self.claims.release(&self.key, holder.claim);
        }
        self.start(who);
    }

    fn begin_life(&mut self, who: usize, claim: Claim) {
        self.last_epoch = claim.epoch;
        let known = self.record.as_ref().map(|record| record.revision);
        self.servers[who].life = Some(Life {
            claim,
            known,
            turns: 0,
            open: None,
        });
    }

    /// One write at a time: an ordinary one, a last one or a delete.
    fn send(&mut self, who: usize) {
        let what = self.below(6);
        let key = self.key.clone();
        let Some(life) = &mut self.servers[who].life else {
            return;
        };
        if life.open.is_some() {
            return;
        }
        life.turns += 1;
        let revision = Revision::after(life.known, life.claim.epoch);
        let bytes = Bytes::from(format!("{} {}", life.claim.epoch, life.turns));
        let record = Record::new(revision, "kind", bytes);
        let write = match what {
            0 => Write::delete(key, life.known),
            1 => Write::put(key, life.known, record).last(),
            _ => Write::put(key, life.known, record),
        };
        let write = write.under(life.claim);
        let letter = Letter {
            write,
            author: life.claim.epoch,
            turn: life.turns,
        };
        life.open = Some(letter.clone());
        self.letters.push(letter);
    }

    /// Any letter arrives, or is lost, and a copy of it may stay on its way; no answer ever gets back.
    fn deliver(&mut self) -> Result<(), Harm> {
        if self.letters.is_empty() {
            return Ok(());
        }
        let which = self.below(self.letters.len());
        let letter = match self.below(3) {
            0 => self.letters[which].clone(),
            _ => self.letters.swap_remove(which),
        };
        if self.below(5) == 0 {
            Ok(())
        } else {
            self.arrive(letter)
        }
    }

    fn arrive(&mut self, letter: Letter) -> Result<(), Harm> {
        if !self.admits(&letter.write) {
            return Ok(());
        }
        self.judge(&letter)?;
        if self.rules.delete_ends_claim || letter.write.record.is_some() {
            self.claims.settle(&letter.write);
        }
        self.record = letter.write.record;
        Ok(())
    }

    fn admits(&self, write: &Write) -> bool {
        let found = self.record.as_ref().map(|record| record.revision);
        let claim = check_claim(write, self.claims.holder(&self.key));
        let revision = check_revision(write, found);
        (claim.is_ok() || !self.rules.claim) && (revision.is_ok() || !self.rules.revision)
    }

    /// The truth, known to nobody in the world.
    fn judge(&mut self, letter: &Letter) -> Result<(), Harm> {
        if letter.author != self.last_epoch {
            return Err(Harm::FromThePast);
        }
        if self.deleted == Some(letter.author) {
            return Err(Harm::BackFromTheDead);
        }
        if self
            .landed
            .is_some_and(|landed| landed >= (letter.author, letter.turn))
        {
            return Err(Harm::OutOfOrder);
        }
        self.landed = Some((letter.author, letter.turn));
        self.all_landed.insert((letter.author, letter.turn));
        if letter.write.record.is_none() {
            self.deleted = Some(letter.author);
        }
        Ok(())
    }

    /// A server in doubt loads, and decides as the runtime does.
    fn look(&mut self, who: usize) -> Result<(), Harm> {
        let holder = self.claims.holder(&self.key).cloned();
        let loaded = self
            .record
            .clone()
            .map(|record| Loaded::new(record).held_by(holder));
        let Some(life) = &mut self.servers[who].life else {
            return Ok(());
        };
        let Some(letter) = life.open.clone() else {
            return Ok(());
        };
        match judge(self.rules, &letter.write, loaded.as_ref(), life.claim) {
            Verdict::Saved => return self.saved(who, &letter),
            Verdict::Resend => self.letters.push(letter),
            Verdict::Fenced => self.servers[who].life = None,
        }
        Ok(())
    }

    fn saved(&mut self, who: usize, letter: &Letter) -> Result<(), Harm> {
        let landed = self.all_landed.contains(&(letter.author, letter.turn));
        // A delete is as good as done when somebody else's was.
        if letter.write.record.is_some() && !landed {
            return Err(Harm::FalselySaved);
        }
        let Some(life) = &mut self.servers[who].life else {
            return Ok(());
        };
        life.open = None;
        life.known = letter.write.record.as_ref().map(|record| record.revision);
        if letter.write.ends_claim() {
            let claim = life.claim;
            self.servers[who].life = None;
            if self.rules.delete_ends_claim || letter.write.record.is_some() {
                self.claims.release(&self.key, claim);
            }
        }
        Ok(())
    }
}

/// What a server in doubt makes of what it loaded.
fn judge(rules: Rules, write: &Write, loaded: Option<&Loaded>, claim: Claim) -> Verdict {
    let number = |record: &Record| record.revision.number;
    let same_number =
        write.record.as_ref().map(number) == loaded.map(|found| number(&found.record));
    if !rules.whole_revision && same_number {
        Verdict::Saved
    } else {
        verdict(loaded, write, claim, Ownership::Process)
    }
}
