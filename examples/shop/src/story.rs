//! The story of a shop: what happens to its parts, one line each, for whoever watches.

use std::time::Duration;

use noex::{Chain, Event, EventStream, ServerId, StartError};

/// Tells each event, until the system is shut down.
pub(crate) async fn tell(mut events: EventStream) {
    while let Some(event) = events.next().await {
        if let Some(line) = line(&event) {
            println!("* {line}");
        }
    }
}

/// What is worth a line: not each save, and not the coming and going of what nobody has hurt.
fn line(event: &Event) -> Option<String> {
    let line = match event {
        Event::Restored {
            server,
            age,
            revision,
            ..
        } => {
            let age = about(*age);
            format!("{} goes on from {revision}, saved {age} ago", part(server))
        }
        Event::Crashed { server, message } => format!("{} crashed: {message}", part(server)),
        Event::Restarted {
            server,
            supervisor,
            incarnation,
        } => {
            let part = part(server);
            format!("{part} is back: `{supervisor}` has started incarnation {incarnation}")
        }
        Event::Parked { parked, .. } => format!("{parked}"),
        Event::GaveUp {
            supervisor,
            message,
        } => format!("supervisor `{supervisor}` gave up: {message}"),
        Event::StartFailed { server, error } if is_trouble(error) => {
            format!("{} did not start: {}", part(server), Chain(error))
        }
        Event::SaveFailed { error, .. } | Event::Record { error, .. } => Chain(error).to_string(),
        _ => return None,
    };
    Some(line)
}

/// Somebody who asks for what is not there, or makes what is there already, has an answer and no trouble.
fn is_trouble(error: &StartError) -> bool {
    !matches!(
        error,
        StartError::NotStored { .. }
            | StartError::AlreadyStored { .. }
            | StartError::NameTaken { .. }
    )
}

/// A server as a person calls it: there is one stock, but many an order.
fn part(server: &ServerId) -> String {
    match (&server.name, server.kind) {
        (Some(name), "Order" | "Delivery") => format!("{} {name}", server.kind.to_lowercase()),
        (Some(name), _) => name.to_string(),
        (None, kind) => kind.to_owned(),
    }
}

/// A duration without what nobody wants to know of it.
fn about(age: Duration) -> humantime::FormattedDuration {
    let whole = match age.as_secs() {
        0 => Duration::from_millis(age.subsec_millis().into()),
        seconds => Duration::from_secs(seconds),
    };
    humantime::format_duration(whole)
}
