use noex::prelude::*;

#[derive(Protocol)]
enum LogMsg {
    #[call(Vec<String>)]
    Lines,
}

#[derive(GenServer)]
#[genserver(protocol = LogMsg, init = Self::open, on_start = Self::begin)]
#[persist(on_restore = Self::back)]
struct Log {
    lines: Vec<String>,
}

impl Log {
    async fn open((): &(), _cx: &mut InitCx<Self>) -> Self {
        let lines = vec!["init".to_owned()];
        Self { lines }
    }

    fn begin(&mut self, _cx: &mut Cx<Self>) {
        self.lines.push("on_start".to_owned());
    }

    async fn back(&mut self, _meta: &RecordMeta) {
        self.lines.push("on_restore".to_owned());
    }
}

#[derive(GenServer)]
#[genserver(protocol = LogMsg, init = Self::open, on_start = Self::begin)]
#[persist(on_restore = Self::back)]
struct OtherLog {
    lines: Vec<String>,
}

impl OtherLog {
    fn open((): &(), _cx: &mut InitCx<Self>) -> Self {
        let lines = vec!["init".to_owned()];
        Self { lines }
    }

    async fn begin(&mut self, _cx: &mut Cx<Self>) {
        self.lines.push("on_start".to_owned());
    }

    fn back(&mut self, _meta: &RecordMeta) {
        self.lines.push("on_restore".to_owned());
    }
}

#[handlers(LogMsg)]
impl Log {
    fn lines(&self) -> Vec<String> {
        self.lines.clone()
    }
}

#[handlers(LogMsg)]
impl OtherLog {
    fn lines(&self) -> Vec<String> {
        self.lines.clone()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), noex::Error> {
    let store = MemoryAdapter::new();
    for expected in [
        &["init", "on_start"][..],
        &["init", "on_start", "on_restore", "on_start"],
    ] {
        let system = System::new(store.clone());
        let log = system.start(Log::spec().name("log")).await?;
        let other = system.start(OtherLog::spec().name("other")).await?;
        assert_eq!(log.lines().await?, expected);
        assert_eq!(other.lines().await?, expected);
        system.shutdown().await?;
    }
    Ok(())
}
