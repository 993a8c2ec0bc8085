//! A running shop, as a person has it before them: its output, its routes, and a key that sends it signals.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use noex::testing::ScratchDir;
use serde_json::{Value, json};

/// When something is given up that should have happened long ago.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long is waited before it is asked again.
const PAUSE: Duration = Duration::from_millis(10);

/// A running shop.
pub(crate) struct Shop {
    process: Child,
    address: String,
    lines: Receiver<String>,
}

/// A way for couriers that is over in a moment, and one that takes longer than a test.
pub(crate) const FAST: &str = "10ms";
pub(crate) const SLOW: &str = "1h";

pub(crate) fn scratch() -> ScratchDir {
    ScratchDir::new().expect("a place for the records")
}

pub(crate) fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
    command.args(args).env("RUST_LOG", "off");
    command
}

impl Shop {
    /// Opens the shop on a free port, and waits until it listens.
    pub(crate) fn open(data: &Path, pace: &str) -> Self {
        let data = data.to_str().expect("a path of text");
        let args = ["--data", data, "--pace", pace, "--seed", "7"];
        let mut process = program(&args)
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let output = process.stdout.take().expect("it has an output");
        let (heard, lines) = channel();
        std::thread::spawn(move || {
            let mut spoken = BufReader::new(output).lines();
            while let Some(Ok(line)) = spoken.next() {
                // The test may be over before the shop is.
                let _ = heard.send(line);
            }
        });
        let mut shop = Self {
            process,
            address: String::new(),
            lines,
        };
        let line = shop.hear("listening on http://");
        let address = line.trim_start_matches("listening on http://");
        shop.address = address.chars().take_while(|c| *c != ',').collect();
        shop
    }

    /// Waits until it says this, and gives the line.
    pub(crate) fn hear(&self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("it never said `{text}`"));
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Places an order of two of an article; it is to be acknowledged.
    pub(crate) fn order(&self, id: &str) {
        let (status, order) = self.place(id, &json!({ "tea": 2 }));
        assert_eq!(status, 201, "{order}");
    }

    pub(crate) fn place(&self, id: &str, items: &Value) -> (u16, Value) {
        self.post(&format!("/orders/{id}"), &json!({ "items": items }))
    }

    /// Waits until an order is as far as this; the order.
    pub(crate) fn until(&self, id: &str, status: &Value) -> Value {
        let begun = Instant::now();
        loop {
            let (_, order) = self.get(&format!("/orders/{id}"));
            if order["status"] == *status {
                return order;
            }
            assert!(begun.elapsed() < PATIENCE, "{order} never was {status}");
            std::thread::sleep(PAUSE);
        }
    }

    /// Crashes a part and waits until it is back.
    pub(crate) fn kill(&self, part: &str) {
        let (status, answer) = self.post(&format!("/kill/{part}"), &Value::Null);
        assert_eq!(status, 200, "{answer}");
        let name = part.replace("deliveries/", "delivery ");
        self.hear(&format!("* {name} crashed: "));
        self.hear(&format!("* {name} is back: "));
    }

    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        let (status, body) = self.ask("GET", path, "application/json", "");
        (
            status,
            serde_json::from_str(&body).expect("the answer is JSON"),
        )
    }

    pub(crate) fn post(&self, path: &str, json: &Value) -> (u16, Value) {
        let (status, body) = self.ask("POST", path, "application/json", &json.to_string());
        (
            status,
            serde_json::from_str(&body).expect("the answer is JSON"),
        )
    }

    /// What a person gets to read.
    pub(crate) fn read(&self, path: &str) -> String {
        self.ask("GET", path, "*/*", "").1
    }

    fn ask(&self, method: &str, path: &str, accept: &str, body: &str) -> (u16, String) {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.0\r\naccept: {accept}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let sent = stream.write_all(request.as_bytes());
        sent.expect("the request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).expect("a status");
        (status.parse().expect("a number"), body.to_owned())
    }

    /// Presses Ctrl-C; the exit code, and the last thing it says.
    pub(crate) fn close(mut self) -> (Option<i32>, String) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status();
        assert!(sent.expect("`kill` runs").success());
        let status = self.process.wait().expect("it ends");
        let last = self.lines.iter().last().unwrap_or_default();
        (status.code(), last)
    }

    /// Ends the process as the kernel does when memory is short.
    pub(crate) fn kill_9(mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends");
    }
}

impl Drop for Shop {
    /// A test that has failed leaves no shop behind.
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
