//! The options that a configuration can set: each is named once, and read, written and listed by that name.

use super::error::Mistake;
use super::fault::Fault;
use super::origin::{Choice, Origin};
use super::raw::Raw;
use super::value::Value;

/// A set of options.
pub(crate) trait Options: Default + Clone {
    /// Those of the attribute that a file cannot set, because they are names of the code.
    const OF_THE_CODE: &'static [&'static str];

    /// Shows every option to `visit`.
    fn each(&mut self, visit: &mut impl Visit);
}

/// What is done with every option.
pub(crate) trait Visit {
    fn option<T: Value>(&mut self, name: &'static str, choice: &mut Choice<T>);
}

/// The names of all options.
pub(crate) fn names<O: Options>() -> Vec<&'static str> {
    let mut names = Names(Vec::new());
    O::default().each(&mut names);
    names.0
}

/// The options that are set, as they are written.
pub(crate) fn write<O: Options>(options: &O) -> Vec<(String, Raw)> {
    let mut writing = Writing(Vec::new());
    options.clone().each(&mut writing);
    writing.0
}

/// Sets the options that are written in the table at `path`, and gives back the names that are none.
pub(crate) fn read<'r, O: Options>(
    options: &mut O,
    path: &str,
    entries: impl Iterator<Item = &'r (String, Raw)>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<&'r str> {
    let mut reading = Reading {
        path,
        entries: entries.map(|(name, raw)| (name.as_str(), raw)).collect(),
        mistakes,
    };
    options.each(&mut reading);
    reading.entries.into_iter().map(|(name, _)| name).collect()
}

/// Notes that `name`, if it is an option that is not set, was meant by something that has been refused at `path`.
pub(crate) fn note_meant<O: Options>(options: &mut O, name: &str, path: &str) {
    let origin = Origin::file(path);
    options.each(&mut Meaning { name, origin });
}

/// The path of `name` in the table at `path`; names that could be taken for several are quoted.
pub(crate) fn join(path: &str, name: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    let name = if !name.is_empty() && name.chars().all(is_plain) {
        name.to_owned()
    } else {
        format!("{name:?}")
    };
    if path.is_empty() {
        name
    } else {
        format!("{path}.{name}")
    }
}

struct Names(Vec<&'static str>);

impl Visit for Names {
    fn option<T: Value>(&mut self, name: &'static str, _: &mut Choice<T>) {
        self.0.push(name);
    }
}

struct Meaning<'n> {
    name: &'n str,
    origin: Origin,
}

impl Visit for Meaning<'_> {
    fn option<T: Value>(&mut self, name: &'static str, choice: &mut Choice<T>) {
        if name == self.name && choice.is_open() {
            *choice = Choice::Faulty(self.origin.clone());
        }
    }
}

struct Writing(Vec<(String, Raw)>);

impl Visit for Writing {
    fn option<T: Value>(&mut self, name: &'static str, choice: &mut Choice<T>) {
        let written = choice.get().map(|value| (name.to_owned(), value.write()));
        self.0.extend(written);
    }
}

struct Reading<'r, 'p> {
    path: &'p str,
    /// What has not been asked for yet.
    entries: Vec<(&'r str, &'r Raw)>,
    mistakes: &'p mut Vec<Mistake>,
}

impl Visit for Reading<'_, '_> {
    fn option<T: Value>(&mut self, name: &'static str, choice: &mut Choice<T>) {
        let (mine, others) = self
            .entries
            .drain(..)
            .partition(|(found, _)| *found == name);
        self.entries = others;
        let mine: Vec<(&str, &Raw)> = mine;
        let origin = || Origin::file(join(self.path, name));
        let mut faults = Vec::new();
        if let [(_, raw), again @ ..] = mine.as_slice() {
            match T::read(raw, name) {
                Ok(value) => *choice = Choice::Given(value, origin()),
                Err(fault) => {
                    *choice = Choice::Faulty(origin());
                    faults.push(fault);
                }
            }
            faults.extend(again.iter().map(|_| Fault::Duplicate));
        }
        let mistakes = faults
            .into_iter()
            .map(|fault| Mistake::new(origin(), fault));
        self.mistakes.extend(mistakes);
    }
}

#[cfg(test)]
mod tests;
