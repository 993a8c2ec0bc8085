//! The rules for messages, as functions of a program and of what the compiler says of it.

/// A wrong program.
pub(crate) struct Program<'a> {
    pub(crate) source: &'a str,
    pub(crate) said: &'a str,
    /// Whether it is about many mistakes.
    pub(crate) may_have_many: bool,
}

/// What is wrong with the messages.
pub(crate) fn faults(program: &Program<'_>) -> Vec<String> {
    let rules = [check_count, check_derives, check_questions, check_own];
    rules.iter().flat_map(|rule| rule(program)).collect()
}

/// Errors of the compiler that bear no code, and so look like ours.
const WITHOUT_CODE: &[&str] = &[
    "cannot find attribute",
    "future cannot be sent between threads",
];

/// One mistake is one error, unless the program says why not.
fn check_count(program: &Program<'_>) -> Vec<String> {
    let count = errors(program.said).count();
    match count {
        0 => vec!["there is no error".to_owned()],
        1 => Vec::new(),
        _ if program.may_have_many || reason(program).is_some() => Vec::new(),
        _ => vec![format!(
            "{count} errors, and no comment in the first line that says why"
        )],
    }
}

/// A derive is never what has to be edited, unless the program says so.
fn check_derives(program: &Program<'_>) -> Vec<String> {
    if reason(program).is_some_and(|reason| reason.contains("derive")) {
        return Vec::new();
    }
    let lines: Vec<&str> = program.said.lines().collect();
    let shown = lines.windows(2).filter_map(|pair| match pair {
        [code, marks] if is_derive(code) && marks.contains('^') => Some((*code).to_owned()),
        _ => None,
    });
    shown
        .map(|code| format!("a caret at a derive: {}", code.trim()))
        .collect()
}

/// Whether a line of code that the compiler shows derives something of noex.
fn is_derive(line: &str) -> bool {
    let Some((_, code)) = line.split_once('|') else {
        return false;
    };
    let derives = code.trim_start().starts_with("#[derive(");
    derives
        && ["GenServer", "Protocol", "Shape", "Stored"]
            .iter()
            .any(|name| code.contains(name))
}

/// Suggestions are statements.
fn check_questions(program: &Program<'_>) -> Vec<String> {
    let asks = program.said.to_lowercase().contains("did you mean");
    let own = own(program.said).filter(|error| error.contains('?'));
    let own = own.map(|error| format!("a question: {}", first_line(error)));
    asks.then(|| "`did you mean`".to_owned())
        .into_iter()
        .chain(own)
        .collect()
}

/// What we say is a fact in lower case, and then help or a note.
fn check_own(program: &Program<'_>) -> Vec<String> {
    own(program.said).filter_map(check_message).collect()
}

fn check_message(message: &str) -> Option<String> {
    let fact = first_line(message);
    let advice = |label: &str| {
        message
            .lines()
            .skip(1)
            .any(|line| line.trim_start().starts_with(label))
    };
    if fact.ends_with('.') {
        return Some(format!("a full stop: {fact}"));
    }
    if fact.starts_with(char::is_uppercase) {
        return Some(format!("a capital letter: {fact}"));
    }
    (!advice("help: ") && !advice("note: ")).then(|| format!("neither help nor note: {fact}"))
}

/// What the first line of the program says, if it is a comment.
fn reason<'a>(program: &Program<'a>) -> Option<&'a str> {
    program.source.lines().next()?.strip_prefix("// ")
}

/// Our errors, up to the place that they are about.
fn own(said: &str) -> impl Iterator<Item = &str> {
    let ours = errors(said).filter_map(|error| error.strip_prefix("error: "));
    ours.filter(|error| !WITHOUT_CODE.iter().any(|start| error.starts_with(start)))
        .map(|error| error.split("-->").next().unwrap_or(error))
}

/// Each error, to the one after it.
fn errors(said: &str) -> impl Iterator<Item = &str> {
    let starts = said.match_indices("error").map(|(at, _)| at);
    let starts: Vec<usize> = starts.filter(|at| is_start(said, *at)).collect();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([said.len()]).collect();
    starts
        .into_iter()
        .zip(ends)
        .filter_map(|(start, end)| said.get(start..end))
}

/// Whether the `error` at this place begins a line and an error.
fn is_start(said: &str, at: usize) -> bool {
    let (before, error) = said.split_at(at);
    let begins_line = before.is_empty() || before.ends_with('\n');
    begins_line && (error.starts_with("error: ") || error.starts_with("error[E"))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
