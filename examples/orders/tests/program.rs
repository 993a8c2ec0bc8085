//! The program as a user starts and stops it: what it says, and how it ends.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use noex::testing::ScratchDir;
use orders::args::Args;
use orders::order::Order;
use orders::settings::Settings;

/// A running service.
struct Running {
    process: Child,
    address: String,
    output: BufReader<std::process::ChildStdout>,
}

// T1: a stop by signal saves, says so, and ends with 0
#[cfg(unix)]
#[test]
fn a_signal_stops_it_cleanly() {
    for signal in ["-INT", "-TERM"] {
        let dir = scratch();
        let running = start(dir.path());

        signalled(&running.process, signal);

        let (code, told) = ended(running);
        assert_eq!(code, Some(0));
        assert!(
            told.ends_with("0 servers stopped, nothing lost\n"),
            "{told}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_second_signal_does_not_wait_for_a_request_under_way() {
    let dir = scratch();
    let mut running = start(dir.path());
    let mut request = TcpStream::connect(&running.address).expect("it listens");
    request
        .write_all(b"POST /orders HTTP/1.1\r\nhost: orders\r\ncontent-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n")
        .expect("the head is sent");
    let mut asked = [0; 12];
    request
        .read_exact(&mut asked)
        .expect("the body is asked for");

    signalled(&running.process, "-TERM");
    running.line_with("stopping");
    signalled(&running.process, "-TERM");

    assert_eq!(ended(running).0, Some(130));
}

#[cfg(unix)]
#[test]
fn an_order_that_is_not_there_is_no_warning() {
    let dir = scratch();
    let log = dir.path().join("log");
    let warnings = File::create(&log).expect("the log is made");
    let running = start_with(
        program(&["--data", text(dir.path())])
            .env("RUST_LOG", "warn")
            .stderr(warnings),
    );
    let mut request = TcpStream::connect(&running.address).expect("it listens");
    request
        .write_all(b"GET /orders/99999999-9999-4999-8999-999999999999 HTTP/1.0\r\n\r\n")
        .expect("the request is sent");
    let mut answer = String::new();
    request.read_to_string(&mut answer).expect("it answers");
    assert!(answer.starts_with("HTTP/1.0 404"), "{answer}");

    signalled(&running.process, "-TERM");

    assert_eq!(ended(running).0, Some(0));
    assert_eq!(std::fs::read_to_string(log).expect("there is a log"), "");
}

// A5: a second process on the same store is refused
#[test]
fn a_second_process_on_the_same_data_is_refused() {
    let dir = scratch();
    let mut first = start(dir.path());

    let told = refused(&["--data", text(dir.path())]);

    let database = dir.path().join("orders.db");
    let database = database.canonicalize().expect("the database is there");
    let process = first.process.id();
    assert_eq!(
        told,
        format!(
            "orders: `{}` is in use by process {process}\n",
            database.display()
        )
    );
    first.process.kill().expect("it runs");
    first.process.wait().expect("it ends");
}

#[test]
fn a_port_in_use_is_told() {
    let dir = scratch();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();

    let told = refused(&["--data", text(dir.path()), "--listen", &address]);

    assert!(
        told.starts_with(&format!("orders: cannot listen on {address}: Address")),
        "{told}"
    );
}

#[test]
fn what_is_no_database_is_told_and_left_alone() {
    let dir = scratch();
    let file = dir.path().join("orders.db");
    let letter = "dear friend, ".repeat(100);
    std::fs::write(&file, &letter).expect("the file is written");

    let told = refused(&["--data", text(dir.path())]);

    assert_eq!(
        told,
        format!("orders: `{}` is not a database\n", file.display())
    );
    assert_eq!(
        std::fs::read_to_string(file).expect("the file is there"),
        letter
    );
}

#[test]
fn data_where_no_directory_can_be_is_told() {
    let dir = scratch();
    let file = dir.path().join("file");
    std::fs::write(&file, "").expect("the file is written");

    let told = refused(&["--data", text(&file)]);

    assert!(told.starts_with("orders: cannot open"), "{told}");
    assert!(told.contains(text(&file)), "{told}");
}

#[test]
fn an_interval_that_cannot_be_is_told() {
    let dir = scratch();

    let output = run(&["--data", text(dir.path()), "--interval", "0s"]);

    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        one_line(&output),
        "orders: `0s` is no value of `--interval`: it is shorter than a millisecond\n"
    );
}

#[test]
fn a_wrong_command_line_is_told_and_help_is_given() {
    let output = run(&["--port", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        one_line(&output),
        "orders: unknown option `--port`; `orders --help` lists them\n"
    );

    let output = run(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("usage: orders [--config "));
}

#[cfg(unix)]
#[test]
fn it_goes_by_its_file() {
    let dir = scratch();
    let file = dir.path().join("orders.toml");
    let data = dir.path().join("data");
    let settings = format!(
        "listen = \"127.0.0.1:1\"\ndata = {:?}\n[servers.orders.persist]\ninterval = \"2m\"\nmax_age = \"7d\"",
        text(&data)
    );
    std::fs::write(&file, settings).expect("the file is written");
    let mut running = start_with(&mut program(&["--config", text(&file), "--interval", "5s"]));

    let told = running.line_with("interval = ");
    assert_eq!(told, "interval = \"5s\"\n", "the command line comes first");
    let told = running.line_with("max_age = ");
    assert_eq!(told, "max_age = \"7d\"\n");
    assert!(data.join("orders.db").exists());
    signalled(&running.process, "-TERM");
    assert_eq!(ended(running).0, Some(0));
}

#[test]
fn mistakes_in_its_file_are_told_all_at_once() {
    let dir = scratch();
    let file = dir.path().join("orders.toml");
    let settings = "\
[servers.orders]
mailbox = 0
idle_timeout = \"5 minutes\"
[servers.orders.persist]
restor = false
max_age = \"20s\"
[servers.order]
";
    std::fs::write(&file, settings).expect("the file is written");

    let output = run(&["--config", text(&file)]);

    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "\
orders: the options of the servers are refused: 5 mistakes in the configuration:
  servers.order: no server has this name, a similar one exists: `orders`
  servers.orders.idle_timeout: `5 minutes` is not a duration: write a number and a unit (ms, s, m, h, d or w), as in \"5m\", or \"off\"
  servers.orders.mailbox: `mailbox` cannot be zero
  servers.orders.persist.max_age: `max_age` (20s) is not longer than `interval` (30s, in the attribute)
  servers.orders.persist.restor: unknown option, a similar one exists: `restore`
"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let dir = scratch();
    let file = dir.path().join("orders.toml");
    let output = run(&["--config", text(&file)]);
    assert_eq!(output.status.code(), Some(2));
    let told = one_line(&output);
    let begin = format!("orders: cannot read `{}`: No such file", file.display());
    assert!(told.starts_with(&begin), "{told}");

    std::fs::write(&file, "listen = 80\n").expect("the file is written");
    let output = run(&["--config", text(&file)]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr);
    let begin = format!(
        "orders: `{}` is refused: TOML parse error at line 1",
        file.display()
    );
    assert!(told.starts_with(&begin), "{told}");
}

#[test]
fn the_sample_file_says_what_holds_without_it() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/orders.toml");
    let settings = |config| {
        let args = Args {
            config,
            ..Args::default()
        };
        Settings::of(args).expect("no mistakes")
    };
    let (plain, sampled) = (settings(None), settings(Some(sample.into())));
    assert_eq!(sampled.listen, plain.listen);
    assert_eq!(sampled.data, plain.data);
    let written = |config| serde_json::to_value(config).expect("it is written");
    let of = |settings: &Settings| settings.servers.of("orders");
    let holds = written(of(&plain).effective::<Order>());
    assert_eq!(written(of(&sampled)), holds, "each option is in it");
}

fn scratch() -> ScratchDir {
    ScratchDir::new().expect("a place for the database")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orders"));
    command.args(args).env("RUST_LOG", "off");
    command
}

/// Starts the service on a free port, and waits until it listens.
fn start(data: &Path) -> Running {
    start_with(&mut program(&["--data", text(data)]))
}

fn start_with(command: &mut Command) -> Running {
    let mut process = command
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let output = BufReader::new(process.stdout.take().expect("it has an output"));
    let mut running = Running {
        process,
        address: String::new(),
        output,
    };
    let line = running.line_with("listening on http://");
    let address = line.trim_start_matches("listening on http://");
    running.address = address.chars().take_while(|c| *c != ',').collect();
    running
}

impl Running {
    /// Waits until it says this, and gives the line.
    fn line_with(&mut self, text: &str) -> String {
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            let length = self.output.read_line(&mut line).expect("it speaks");
            assert_ne!(length, 0, "it ended without saying `{text}`");
        }
        line
    }
}

#[cfg(unix)]
fn signalled(process: &Child, signal: &str) {
    let id = process.id().to_string();
    let status = Command::new("kill").args([signal, &id]).status();
    assert!(status.expect("`kill` runs").success());
}

fn ended(mut running: Running) -> (Option<i32>, String) {
    let mut told = String::new();
    running.output.read_to_string(&mut told).expect("it speaks");
    let status = running.process.wait().expect("it ends");
    (status.code(), told)
}

fn run(args: &[&str]) -> Output {
    program(args).output().expect("the program runs")
}

fn refused(args: &[&str]) -> String {
    let output = run(args);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    one_line(&output)
}

fn one_line(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(told.lines().count(), 1, "{told}");
    told
}
