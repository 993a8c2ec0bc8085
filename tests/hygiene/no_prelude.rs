//! A crate without a prelude, in which every name that generated code could lean on means something else.

#![no_implicit_prelude]
#![allow(
    dead_code,
    unused_imports,
    clippy::pedantic,
    clippy::style,
    non_camel_case_types,
    reason = "hostile names are there to be in the way"
)]

use ::durable::{Client as _, GenServer, Protocol, Shape as Outline, Stored, handlers};
use ::std::prelude::v1::{Err as Failed, Ok as Fine, Some as Is, derive, test};

mod core {}
mod std {}
mod alloc {}
mod serde {}
mod serde_with {}
mod noex {}

struct Option;
struct Result;
struct Box;
struct String;
struct Vec;
struct PhantomData;
struct Duration;
struct Pin;
enum Hidden {
    Some,
    None,
    Ok,
    Err,
}
use Hidden::{Err, None, Ok, Some};

trait Default {}
trait Clone {}
trait From {}
trait Future {}
trait Fn {}
trait Send {}
trait Sync {}
trait Serialize {}
trait Deserialize {}

/// Its methods are on everything.
trait Everywhere {
    fn clone(&self) {}
    fn into(&self) {}
    fn from(&self) {}
    fn map(&self) {}
    fn run(&self) {}
    fn make(&self) {}
    fn settle(&self) {}
    fn result(&self) {}
    fn serialize(&self) {}
    fn deserialize(&self) {}
    fn to_owned(&self) {}
    fn into_value(&self) {}
    fn parts(&self) {}
    fn port(&self) {}
}
impl<T: ?::std::marker::Sized> Everywhere for T {}

#[derive(Protocol)]
#[protocol(crate = "::durable")]
enum LampMsg {
    #[call(::core::primitive::bool)]
    Toggle { times: ::core::primitive::u8 },
    #[call(::std::result::Result<::core::primitive::u8, ::core::primitive::u8>)]
    Check(::core::primitive::u8),
    #[cast]
    Break,
    #[info]
    Flicker,
}

#[derive(GenServer)]
#[genserver(protocol = LampMsg, crate = "::durable", on_start = Lamp::plug_in, terminate = Lamp::unplug)]
#[persist(
    interval = "30s", version = 2, migrate(1 = LampV1), key = "{name}", max_age = "1h",
    before_persist = Lamp::before, after_persist = Lamp::after, on_restore = Lamp::back, on_error = report,
    shape = 0xd2e5_c864_1971_17c2
)]
struct Lamp {
    lit: ::core::primitive::bool,
    #[persist(skip)]
    plugged: ::core::primitive::bool,
    #[persist(default = 7, rename = "n")]
    toggles: ::core::primitive::u64,
    #[persist(as = "_")]
    label: ::std::option::Option<::std::string::String>,
}

struct Shape;
struct Node;
struct Field;
struct Variant;

#[derive(Outline)]
#[shape(crate = "::durable")]
enum Wiring<T> {
    Bare,
    Nested(::std::vec::Vec<Wiring<T>>),
    Other { of: T },
}

#[derive(Stored)]
#[persist(crate = "::durable", kind = "Lamp", shape = 0xcdda_d648_fb94_1dc6)]
enum LampV1 {
    Lit,
    Broken {
        #[persist(skip)]
        when: ::core::primitive::u8,
    },
}

impl ::std::convert::From<LampV1> for Lamp {
    fn from(old: LampV1) -> Self {
        Self {
            lit: ::std::matches!(old, LampV1::Lit),
            plugged: false,
            toggles: 0,
            label: ::std::option::Option::None,
        }
    }
}

impl Lamp {
    fn new() -> Self {
        Self {
            lit: false,
            plugged: false,
            toggles: 0,
            label: ::std::option::Option::None,
        }
    }

    async fn plug_in(
        &mut self,
        _cx: &mut ::durable::Cx<Self>,
    ) -> ::std::result::Result<(), ::std::string::String> {
        self.plugged = true;
        Fine(())
    }

    fn unplug(&mut self, _reason: &::durable::ExitReason, _cx: &mut ::durable::Cx<Self>) {
        self.plugged = false;
    }

    fn before(&self) -> ::durable::Persist<::durable::Stored<Self>> {
        ::durable::Persist::Changed(self.to_stored())
    }

    fn after(&mut self, _meta: &::durable::RecordMeta) {}

    fn back(
        &mut self,
        _meta: &::durable::RecordMeta,
    ) -> ::std::result::Result<(), ::std::string::String> {
        Fine(())
    }
}

fn report(_error: &::durable::PersistenceError) {}

#[handlers(LampMsg, crate = "::durable")]
impl Lamp {
    fn toggle(&mut self, times: ::core::primitive::u8) -> ::core::primitive::bool {
        self.lit ^= times % 2 == 1;
        self.lit
    }

    async fn check(
        &self,
        most: ::core::primitive::u8,
    ) -> ::std::result::Result<::core::primitive::u8, ::core::primitive::u8> {
        if most > 1 { Failed(most) } else { Fine(most) }
    }

    fn r#break(&mut self, cx: &mut ::durable::Cx<Self>) {
        self.lit = false;
        cx.stop();
    }

    fn flicker(&mut self) {}
}

/// serde's derives take numbers and strings by their names, as most macros do, so this state is not stored.
mod primitives {
    use super::{GenServer, Protocol, handlers};

    struct u8;
    struct u32;
    struct u64;
    struct i64;
    struct usize;
    struct bool;
    struct char;
    struct str;

    #[derive(Protocol)]
    #[protocol(crate = "::durable")]
    pub(super) enum BareMsg {
        #[call]
        Nothing { value: ::core::primitive::u8 },
    }

    #[derive(GenServer)]
    #[genserver(protocol = BareMsg, crate = "::durable", mailbox = 3, idle_timeout = "1s", inline = true)]
    pub(super) struct Bare;

    #[handlers(BareMsg, crate = "::durable")]
    impl Bare {
        fn nothing(&mut self, value: ::core::primitive::u8) {
            let _ = value;
        }
    }
}

#[test]
fn nothing_is_taken_from_the_surroundings() {
    let runtime = ::tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let Fine(runtime) = runtime else {
        ::std::panic!("no runtime")
    };
    runtime.block_on(async {
        let system = ::durable::System::new(::durable::store::MemoryAdapter::new());
        let Fine(lamp) = system.start(Lamp::spec(Lamp::new).name("it")).await else {
            ::std::panic!("it does not start");
        };
        ::std::assert!(::std::matches!(lamp.toggle(1).await, Fine(true)));
        ::std::assert!(::std::matches!(lamp.check(1).await, Fine(1)));
        ::std::assert!(::std::matches!(
            lamp.check(2).await,
            Failed(::durable::CallError::Failed(2))
        ));
        ::std::assert!(::std::matches!(lamp.stop().await, Fine(())));
    });
    let _: ::std::option::Option<()> = Is(());
}
