//! A lamp, with an option of each kind.

use core::future::ready;
use core::mem::replace;

use durable::prelude::{Cx, GenServer, InitCx, Protocol, RecordMeta, Stored, handlers};

/// What a lamp can be asked.
#[derive(Debug, Protocol)]
#[protocol(crate = "durable")]
#[non_exhaustive]
pub enum LampMsg {
    /// Sets how bright it is, and answers how bright it was.
    #[call(u8)]
    Dim {
        /// How bright.
        to: u8,
    },
    /// Answers how bright it is, unless that is too bright.
    #[call(Result<u8, u8>)]
    Check(u8),
    /// Turns it off.
    #[cast]
    Break,
    /// Something has flickered.
    #[info]
    Flicker,
    /// Does what is no longer done.
    #[deprecated = "turn it by hand"]
    #[cast]
    Turn,
}

/// A lamp.
#[derive(Debug, GenServer)]
#[genserver(
    protocol = LampMsg,
    crate = "durable",
    env = u8,
    args = u8,
    init = Lamp::unpack,
    on_start = Lamp::plug_in,
    terminate = Lamp::unplug,
    mailbox = 7,
    call_timeout = "1s",
    idle_timeout = "1h"
)]
#[persist(
    interval = "30s",
    version = 2,
    migrate(1 = LampV1),
    max_age = "7d",
    cleanup_interval = "1h",
    key = "lamps/{name}",
    after_persist = Lamp::note,
    on_restore = Lamp::back,
    snapshot = "clone",
    shape = 0xa86d_d8de_037e_f4f4
)]
#[non_exhaustive]
pub struct Lamp {
    /// How bright it is.
    bright: u8,
    /// Where it stands.
    #[persist(default = 7, rename = "spot")]
    place: u8,
    /// How often it was turned on.
    #[persist(skip)]
    turns: u8,
}

/// A lamp as it was.
#[derive(Debug, Stored)]
#[persist(crate = "durable", kind = "Lamp", shape = 0x5c3c_438e_7fb4_e92e)]
#[non_exhaustive]
pub enum LampV1 {
    /// Without light.
    Dark,
    /// With so much light.
    Lit(u8),
}

impl From<LampV1> for Lamp {
    #[inline]
    fn from(old: LampV1) -> Self {
        let bright = match old {
            LampV1::Dark => 0,
            LampV1::Lit(bright) => bright,
        };
        Self {
            bright,
            place: 0,
            turns: 0,
        }
    }
}

#[handlers(LampMsg, crate = "durable")]
impl Lamp {
    /// Sets how bright it is.
    const fn dim(&mut self, to: u8) -> u8 {
        replace(&mut self.bright, to)
    }

    /// Answers how bright it is.
    async fn check(&self, most: u8) -> Result<u8, u8> {
        ready(()).await;
        if self.bright > most {
            Err(self.bright)
        } else {
            Ok(self.bright)
        }
    }

    /// Turns it off.
    #[expect(
        clippy::needless_pass_by_ref_mut,
        reason = "handlers have the signatures they must have"
    )]
    fn r#break(&mut self, cx: &mut Cx<Self>) {
        self.bright = 0;
        self.place = cx.env;
        cx.stop();
    }

    /// Counts.
    const fn flicker(&mut self) {
        self.turns = self.turns.saturating_add(1);
    }

    /// Turns it by hand.
    const fn turn(&mut self) {
        self.place = 0;
    }
}

/// The hooks.
#[expect(
    clippy::multiple_inherent_impl,
    reason = "handlers have a block of their own"
)]
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "hooks have the signatures they must have"
)]
impl Lamp {
    /// Makes a new one.
    const fn unpack(bright: &u8, _cx: &mut InitCx<Self>) -> Self {
        Self {
            bright: *bright,
            place: 0,
            turns: 0,
        }
    }

    /// Counts.
    const fn plug_in(&mut self, _cx: &mut Cx<Self>) {
        self.turns = self.turns.saturating_add(1);
    }

    /// Darkens it.
    const fn unplug(&mut self, _reason: &durable::ExitReason, _cx: &mut Cx<Self>) {
        self.bright = 0;
    }

    /// Forgets.
    const fn note(&mut self, _meta: &RecordMeta) {
        self.turns = 0;
    }

    /// Forgets, too.
    const fn back(&mut self, _meta: &RecordMeta) {
        self.turns = 0;
    }
}
