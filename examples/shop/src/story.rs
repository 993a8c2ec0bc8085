//! The story of a shop: what happens to its parts, one line each, for whoever watches.

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
            let age = humantime::format_duration(std::time::Duration::from_millis(
                u64::try_from(age.as_millis()).unwrap_or(u64::MAX),
            ));
            format!(
                "{} has what was saved {age} ago as {revision}",
                part(server)
            )
        }
        Event::Crashed { server, message } => format!("{} crashed: {message}", part(server)),
        Event::Restarted {
            server,
            supervisor,
            incarnation,
        } => {
            format!(
                "{} is back, for the {incarnation}. time, thanks to `{supervisor}`",
                part(server)
            )
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
