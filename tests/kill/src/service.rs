//! The service as a process: started on a free port, killed, or told to stop.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::Failure;

/// How the service is started, each time.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) program: PathBuf,
    pub(crate) data: PathBuf,
    pub(crate) interval: Duration,
}

/// A process of the service; dropping it kills it.
#[derive(Debug)]
pub(crate) struct Service {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Start {
    /// Starts the service without waiting for anything. Its log is `log` in the directory of its data.
    pub(crate) fn spawn(&self) -> Result<Service, Failure> {
        let interval = humantime::format_duration(self.interval).to_string();
        let mut process = Command::new(&self.program)
            .args(["--listen", "127.0.0.1:0", "--interval", &interval, "--data"])
            .arg(&self.data)
            .env("RUST_LOG", "info")
            .stdout(Stdio::piped())
            .stderr(log(&self.data)?)
            .spawn()?;
        let output = process.stdout.take();
        let output =
            BufReader::new(output.ok_or_else(|| Failure::new("the service has no output"))?);
        Ok(Service { process, output })
    }
}

impl Service {
    /// Waits until it listens, and says where.
    pub(crate) fn address(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let address = line.strip_prefix("listening on http://");
        let address = address.and_then(|rest| rest.split(',').next());
        address
            .map(str::to_owned)
            .ok_or_else(|| Failure::new(format!("the service did not start: `{line}`")))
    }

    /// Whether it still runs.
    pub(crate) fn check_alive(&mut self) -> Result<(), Failure> {
        match self.process.try_wait()? {
            None => Ok(()),
            Some(status) => Err(Failure::new(format!(
                "the service ended on its own: {status}"
            ))),
        }
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) -> Result<(), Failure> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// SIGTERM, after which it has to end well.
    pub(crate) fn stop(mut self) -> Result<(), Failure> {
        let id = self.process.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status()?;
        let mut told = String::new();
        self.output.read_to_string(&mut told)?;
        let status = self.process.wait()?;
        if status.success() && told.contains("nothing lost") {
            return Ok(());
        }
        Err(Failure::new(format!(
            "the service did not end well: {status}, `{told}`"
        )))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It has ended already, or this run has failed and says why.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn log(data: &Path) -> Result<File, Failure> {
    std::fs::create_dir_all(data)?;
    let log = File::options()
        .create(true)
        .append(true)
        .open(data.join("log"));
    log.map_err(Failure::from)
}
