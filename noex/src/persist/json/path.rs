//! The path of a value, such as `items.3.price`, found from the JSON text that leads up to it.

/// The value in which (or right behind which) the text ends; empty for the outermost one.
pub(super) fn at_end_of(text: &[u8]) -> String {
    let mut place = Place::default();
    let mut rest = text;
    while let Some((byte, behind)) = rest.split_first() {
        rest = match byte {
            b'"' => place.string(behind),
            byte => {
                place.sign(*byte);
                behind
            }
        };
    }
    place.path()
}

/// The path of the object which holds the field `name`, at or behind which the text ended.
pub(super) fn parent_of(path: &str, name: &str) -> String {
    let parent = path
        .strip_suffix(name)
        .map(|parent| parent.strip_suffix('.').unwrap_or(parent));
    parent.unwrap_or(path).to_owned()
}

#[derive(Default)]
struct Place {
    /// The open objects and arrays, outermost first.
    open: Vec<Step>,
}

enum Step {
    Field(Option<String>),
    Index(usize),
}

impl Place {
    fn sign(&mut self, byte: u8) {
        match byte {
            b'{' => self.open.push(Step::Field(None)),
            b'[' => self.open.push(Step::Index(0)),
            b'}' | b']' => drop(self.open.pop()),
            b',' => self.next(),
            _ => (),
        }
    }

    fn next(&mut self) {
        match self.open.last_mut() {
            Some(Step::Field(key)) => *key = None,
            Some(Step::Index(index)) => *index += 1,
            None => (),
        }
    }

    /// Takes a string, which is a field's name if its object waits for one, and gives what is behind it.
    fn string<'a>(&mut self, text: &'a [u8]) -> &'a [u8] {
        let mut escaped = false;
        let end = text.iter().position(|byte| {
            let closes = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            closes
        });
        let (string, behind) = text
            .split_at_checked(end.unwrap_or(text.len()))
            .unwrap_or((text, &[]));
        if let Some(Step::Field(key @ None)) = self.open.last_mut() {
            *key = Some(unescaped(string));
        }
        behind.get(1..).unwrap_or_default()
    }

    fn path(self) -> String {
        let step = |step| match step {
            Step::Field(name) => name,
            Step::Index(index) => Some(index.to_string()),
        };
        self.open
            .into_iter()
            .filter_map(step)
            .collect::<Vec<_>>()
            .join(".")
    }
}

fn unescaped(string: &[u8]) -> String {
    let quoted = [b"\"", string, b"\""].concat();
    serde_json::from_slice(&quoted).unwrap_or_else(|_| String::from_utf8_lossy(string).into_owned())
}
