//! Macros, modules and types that bear the names of the standard ones, in the scope of the derives; and noex by a
//! path into this crate.

#![allow(
    dead_code,
    unused_macros,
    non_camel_case_types,
    clippy::unused_async,
    clippy::unused_self,
    reason = "hostile names are there to be in the way"
)]

macro_rules! assert {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! assert_eq {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! cfg {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! column {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! concat {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! debug_assert {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! env {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! file {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! format {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! format_args {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! include_str {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! line {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! matches {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! module_path {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! option_env {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! panic {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! println {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! stringify {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! todo {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! unimplemented {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! unreachable {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! vec {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}
macro_rules! write {
    ($($anything:tt)*) => {
        ::std::compile_error!("a macro was taken from the surroundings")
    };
}

/// noex, known by another name and by another path.
mod facade {
    pub(crate) use ::durable::*;
}

/// A state in a module where every type and module means something else.
mod hostile {
    use crate::facade::{GenServer, Protocol, Stored, handlers};

    mod std {}
    mod core {}
    mod alloc {}
    mod serde {}
    mod serde_with {}
    mod noex {}
    mod durable {}
    mod tokio {}

    struct Result;
    struct Option;
    struct Box;
    struct String;
    struct Vec;
    struct Pin;
    struct Duration;
    struct PhantomData;
    struct Some;
    struct None;
    struct Ok;
    struct Err;
    trait Send {}
    trait Sync {}
    trait Clone {}
    trait Default {}
    trait Future {}
    trait From {}
    trait Into {}
    trait Fn {}
    trait Drop {}
    trait Serialize {}
    trait Deserialize {}
    trait Serializer {}
    trait Deserializer {}
    trait Persistent {}
    trait Serve {}
    trait Client {}

    type Kept = ::std::collections::BTreeMap<u8, u8>;

    #[derive(Protocol)]
    #[protocol(crate = "crate::facade")]
    pub(crate) enum ShopMsg {
        #[call(::std::option::Option<u8>)]
        Sell { what: u8 },
        #[call(::std::result::Result<u8, u8>)]
        Buy(u8, u8),
        #[cast]
        Shut,
    }

    #[derive(GenServer)]
    #[genserver(protocol = ShopMsg, crate = "crate::facade", on_start = Shop::open, call_timeout = "1s")]
    #[persist(
        interval = "30s", version = 2, migrate(1 = ShopV1), snapshot = "clone", max_age = "1d",
        before_persist = Shop::stamp, on_restore = Shop::back
    )]
    pub(crate) struct Shop {
        #[persist(as = "::std::vec::Vec<(_, _)>", rename = "goods")]
        kept: Kept,
        #[persist(default = 2)]
        doors: u8,
        #[persist(skip)]
        is_open: bool,
    }

    #[derive(Stored)]
    #[persist(crate = "crate::facade")]
    pub(crate) struct ShopV1 {
        doors: u8,
    }

    impl ::std::convert::From<ShopV1> for Shop {
        fn from(old: ShopV1) -> Self {
            Self {
                doors: old.doors,
                ..Self::new()
            }
        }
    }

    impl Shop {
        pub(crate) fn new() -> Self {
            Self {
                kept: Kept::new(),
                doors: 1,
                is_open: false,
            }
        }

        fn open(&mut self, _cx: &mut crate::facade::Cx<Self>) {
            self.is_open = true;
        }

        fn back(&mut self, _meta: &crate::facade::RecordMeta) {
            self.doors += 1;
        }

        fn stamp(&self) -> crate::facade::Persist<crate::facade::Stored<Self>> {
            crate::facade::Persist::AsIs
        }
    }

    #[handlers(ShopMsg, crate = "crate::facade")]
    impl Shop {
        fn sell(&mut self, what: u8) -> ::std::option::Option<u8> {
            self.kept.remove(&what)
        }

        async fn buy(&mut self, what: u8, count: u8) -> ::std::result::Result<u8, u8> {
            self.kept.insert(what, count);
            ::std::result::Result::Ok(self.doors)
        }

        fn shut(&mut self) {
            self.is_open = false;
        }
    }
}

#[test]
fn nothing_is_taken_from_the_surroundings() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let store = facade::store::MemoryAdapter::new();
        let spec = || hostile::Shop::spec(hostile::Shop::new).name("corner");
        let system = facade::System::new(store.clone());
        let shop = system.start(spec()).await.expect("it starts");
        let bought = shop.buy(7, 3).await;
        ::std::assert_eq!(bought.expect("answered"), 1);
        system.shutdown().await.expect("it is saved");

        let system = facade::System::new(store);
        let shop = system.start(spec()).await.expect("it is restored");
        ::std::assert_eq!(shop.sell(7).await.expect("answered"), Some(3));
        ::std::assert_eq!(shop.buy(1, 1).await.expect("answered"), 2);
        shop.shut().await.expect("sent");
    });
}
