mod messages {
    /// Seen from other modules.
    #[derive(noex::Protocol)]
    #[protocol(client = Telephone)]
    pub(crate) enum PhoneMsg {
        #[call(super::Number)]
        Dial { number: super::Number },
        #[cfg(any())]
        #[call(NoSuchType)]
        Missing,
        #[cast]
        HangUp,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Number(u32);

mod server {
    use super::messages as renamed;

    #[derive(noex::GenServer, Default)]
    #[genserver(protocol = renamed::PhoneMsg)]
    #[persist(interval = "30s")]
    pub(super) struct Phone {
        pub(super) last: Option<super::Number>,
        calls: u64,
    }

    #[noex::handlers(renamed::PhoneMsg)]
    impl Phone {
        fn dial(&mut self, number: super::Number) -> super::Number {
            self.calls += 1;
            self.last = Some(number);
            number
        }

        fn hang_up(&mut self) {}

        #[cfg(any())]
        fn missing(&mut self) -> NoSuchType {}
    }
}

fn stored_last(phone: &server::Phone) -> Option<Number> {
    let stored: noex::Stored<server::Phone> = phone.to_stored();
    stored.last
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let phone = server::Phone::default();
    assert_eq!(stored_last(&phone), None);
    let system = noex::System::new(noex::store::MemoryAdapter::new());
    let spec = server::Phone::spec(server::Phone::default).name("phone");
    let phone: messages::Telephone = system.start(spec).await.expect("it starts");
    assert_eq!(phone.dial(Number(1)).await.expect("answered"), Number(1));
    phone.hang_up().await.expect("sent");
}
