//! Leaving out what separates the tokens of a JSON text.

/// The same text without the spaces and the line ends between its tokens.
pub(crate) fn without_spaces(json: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for &byte in json {
        let is_space = matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        if is_space && !in_string {
            continue;
        }
        in_string ^= byte == b'"' && !escaped;
        escaped = byte == b'\\' && in_string && !escaped;
        text.push(byte);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::without_spaces;

    #[test]
    fn only_what_is_between_tokens_is_left_out() {
        for (json, short) in [
            ("{ \"a b\" : [ 1,\n\t2 ]\r\n}\n", r#"{"a b":[1,2]}"#),
            (r#" "a \" b\\" "#, r#""a \" b\\""#),
            (
                r#"{"a\\": "b \\\" c" , "d": 0.10}"#,
                r#"{"a\\":"b \\\" c","d":0.10}"#,
            ),
            ("null", "null"),
        ] {
            assert_eq!(without_spaces(json.as_bytes()), short.as_bytes(), "{json}");
        }
    }
}
