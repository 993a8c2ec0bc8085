//! The macros as functions of tokens: what they write, written down in `snapshots`, and what it never says.

mod hygiene;
mod places;
mod snapshots;
mod tables;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

fn counter_protocol(attribute: &TokenStream) -> TokenStream {
    super::protocol(parse_quote! {
        #attribute
        pub(crate) enum CounterMsg {
            /// Adds `by` and answers the new total.
            #[call(i64)]
            Add { by: i64 },
            #[call(Result<u8, String>)]
            Check(u8, Vec<Self>),
            #[cast]
            Reset,
            #[info]
            Tick,
        }
    })
}

fn counter_handlers(arguments: TokenStream) -> TokenStream {
    let block = quote! {
        impl Counter {
            fn add(&mut self, by: i64) -> i64 {
                self.total += by;
                self.total
            }

            async fn check(&self, _: u8, _more: Vec<CounterMsg>, reply: ReplyTo<Result<u8, String>>) {}

            async fn reset(&mut self, cx: &mut Cx<Self>) {}

            #[cfg(test)]
            fn tick(&self) {}
        }
    };
    super::serve(arguments, &block)
}

fn plain_server(attribute: &TokenStream) -> TokenStream {
    super::server(&parse_quote! {
        #attribute
        struct Counter {
            total: i64,
        }
    })
}

fn stored_server(attribute: &TokenStream) -> TokenStream {
    super::server(&parse_quote! {
        #attribute
        #[persist(interval = "30s", max_age = "24h", kind = "cache", version = 2, migrate(1 = CacheV1))]
        #[persist(before_persist = Cache::stamp, on_restore = Cache::announce)]
        pub struct Cache<K: Clone, U> {
            #[persist(as = "Vec<(_, _)>")]
            pub items: HashMap<Sku, u32>,
            #[persist(rename = "key")]
            r#type: Option<K>,
            #[persist(default = 7)]
            level: u8,
            #[persist(with = "words")]
            words: u32,
            #[persist(skip)]
            rendered: U,
        }
    })
}

fn stored_machine(attribute: &TokenStream) -> TokenStream {
    super::server(&parse_quote! {
        #attribute
        #[persist(save_on_stop = false)]
        enum Machine {
            Idle,
            Counting(u8, #[persist(skip)] u8),
        }
    })
}

fn locked_server(attribute: &TokenStream) -> TokenStream {
    super::server(&parse_quote! {
        #attribute
        #[persist(shape = 0x9f3a_11c2_d4e5_f607, version = 2, migrate(1 = ForestV1))]
        struct Forest {
            trees: Vec<Tree>,
            #[persist(opaque = "geo::Point@1", default)]
            place: geo::Point,
            #[persist(as = "Vec<(_, _)>")]
            owners: HashMap<Sku, Box<Self>>,
        }
    })
}

fn tree_shape(attribute: &TokenStream) -> TokenStream {
    super::shape(&parse_quote! {
        #attribute
        #[serde(tag = "is", rename_all = "kebab-case")]
        enum Tree<T> {
            NoTree,
            OneTree {
                #[serde(default)]
                leaves: Vec<T>,
                children: Vec<Tree<T>>,
                #[serde(flatten)]
                rest: Rest,
                #[serde(with = "words :: many")]
                age: u8,
            },
        }
    })
}

fn old_version(attribute: &TokenStream) -> TokenStream {
    super::stored(&parse_quote! {
        #attribute
        struct CounterV1 {
            count: i32,
            #[persist(skip = 3)]
            level: u8,
        }
    })
}
