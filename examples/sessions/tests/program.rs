//! The program as a user starts and stops it: what it says, and how it ends.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use noex::testing::ScratchDir;
use sessions::args::Args;
use sessions::session::Session;
use sessions::settings::Settings;

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
        .write_all(b"POST /sessions HTTP/1.1\r\nhost: sessions\r\ncontent-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n")
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

// A5: a second process on the same store is refused
#[test]
fn a_second_process_on_the_same_data_is_refused() {
    let dir = scratch();
    let mut first = start(dir.path());

    let told = refused(&["--data", text(dir.path())]);

    let data = dir.path().canonicalize().expect("the data is there");
    let process = first.process.id();
    assert_eq!(
        told,
        format!(
            "sessions: `{}` is in use by process {process}\n",
            data.display()
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
        told.starts_with(&format!("sessions: cannot listen on {address}: Address")),
        "{told}"
    );
}

#[test]
fn data_where_no_directory_can_be_is_told() {
    let dir = scratch();
    let file = dir.path().join("file");
    std::fs::write(&file, "").expect("the file is written");

    let told = refused(&["--data", text(&file)]);

    let file = file.display();
    assert_eq!(
        told,
        format!("sessions: `{file}` is a file, not a directory\n")
    );
}

#[test]
fn an_interval_that_cannot_be_is_told() {
    let dir = scratch();

    let told = |interval| {
        let output = run(&["--data", text(dir.path()), "--interval", interval]);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };

    let never = told("0s");
    assert!(
        never.contains("it is shorter than a millisecond"),
        "{never}"
    );
    let late = told("30m");
    let reason = "`max_idle` (30m, in the attribute) is not longer than `interval` (30m)";
    assert!(late.contains(reason), "{late}");
}

#[test]
fn a_wrong_command_line_is_told_and_help_is_given() {
    let output = run(&["--port", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        one_line(&output),
        "sessions: unknown option `--port`; `sessions --help` lists them\n"
    );

    let output = run(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("usage: sessions [--config "));
}

#[cfg(unix)]
#[test]
fn it_goes_by_its_file() {
    let dir = scratch();
    let file = dir.path().join("sessions.toml");
    let data = dir.path().join("data");
    let settings = format!(
        "listen = \"127.0.0.1:1\"\ndata = {:?}\n[servers.sessions.persist]\ninterval = \"2m\"\nmax_idle = \"7d\"",
        text(&data)
    );
    std::fs::write(&file, settings).expect("the file is written");
    let mut running = start_with(&mut program(&["--config", text(&file), "--interval", "5s"]));

    let told = running.line_with("interval = ");
    assert_eq!(told, "interval = \"5s\"\n", "the command line comes first");
    let told = running.line_with("max_idle = ");
    assert_eq!(told, "max_idle = \"7d\"\n");
    assert!(data.join(".store").exists());
    signalled(&running.process, "-TERM");
    assert_eq!(ended(running).0, Some(0));
}

#[test]
fn the_sample_file_says_what_holds_without_it() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/sessions.toml");
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
    let of = |settings: &Settings| settings.servers.of("sessions");
    let holds = written(of(&plain).effective::<Session>());
    assert_eq!(written(of(&sampled)), holds, "each option is in it");
}

fn scratch() -> ScratchDir {
    ScratchDir::new().expect("a place for the sessions")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sessions"));
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
