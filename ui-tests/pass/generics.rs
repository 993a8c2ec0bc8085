use std::collections::HashMap;
use std::fmt::Debug;
use std::marker::PhantomData;

use noex::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(Protocol)]
enum CacheMsg<K: Clone, const N: usize = 2>
where
    K: Debug,
{
    #[call(Option<K>)]
    Get { at: usize },
    #[call([u8; N])]
    Zeroes,
    #[cast]
    Put(K),
    #[info]
    Nested(Option<Box<Self>>),
}

struct Unstored<T>(PhantomData<T>);

impl<T> Default for Unstored<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

#[derive(GenServer)]
#[genserver(protocol = CacheMsg<K, N>, args = K, init = Self::open)]
#[persist(interval = "30s", kind = "cache")]
struct Cache<K, T, const N: usize>
where
    K: Clone + Debug + Sync,
    T: Sync,
{
    keys: Vec<K>,
    by_key: HashMap<String, Option<K>>,
    #[persist(skip)]
    unstored: Unstored<T>,
    #[persist(skip = [1; N])]
    ones: [u8; N],
}

#[handlers(CacheMsg<K, N>)]
impl<K, T, const N: usize> Cache<K, T, N>
where
    K: Clone + Debug + Serialize + DeserializeOwned + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    fn get(&self, at: usize) -> Option<K> {
        self.keys.get(at).cloned()
    }

    fn zeroes(&self) -> [u8; N] {
        [0; N]
    }

    fn put(&mut self, key: K) {
        self.keys.push(key);
    }

    fn nested(&mut self, _: Option<Box<CacheMsg<K, N>>>) {}
}

impl<K, T, const N: usize> Cache<K, T, N>
where
    K: Clone + Debug + Serialize + DeserializeOwned + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    fn open(first: &K, _cx: &mut InitCx<Self>) -> Result<Self, std::fmt::Error> {
        Ok(Self {
            keys: vec![first.clone()],
            by_key: HashMap::new(),
            unstored: Unstored::default(),
            ones: [1; N],
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let store = MemoryAdapter::new();
    let spec = || Cache::<String, u8, 3>::spec("first".to_owned()).name("cache");
    let system = System::new(store.clone());
    let cache = system.start(spec()).await.expect("it starts");
    cache.put("second".to_owned()).await.expect("sent");
    assert_eq!(
        cache.get(1).await.expect("answered").as_deref(),
        Some("second")
    );
    assert_eq!(cache.zeroes().await.expect("answered"), [0; 3]);
    system.shutdown().await.expect("it stops");

    let system = System::new(store);
    let cache = system.start(spec()).await.expect("it is restored");
    assert_eq!(
        cache.get(1).await.expect("answered").as_deref(),
        Some("second")
    );
    let _ = CacheMsg::<String, 3>::Nested(None);
}
