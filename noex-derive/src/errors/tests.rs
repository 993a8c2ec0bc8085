use super::*;

#[test]
fn all_mistakes_are_reported_with_help_and_notes() {
    let errors = Errors::new();
    errors.push(
        Message::at_span(Span::call_site(), "first")
            .help("do this")
            .note("because"),
    );
    errors.push(Message::at_span(Span::call_site(), "second"));
    let tokens = errors
        .finish()
        .expect("two mistakes")
        .to_token_stream()
        .to_string();
    assert_eq!(tokens.matches("compile_error").count(), 2);
    assert!(
        tokens.contains(r"first\nhelp: do this\nnote: because"),
        "{tokens}"
    );
}

#[test]
fn no_mistake_is_nothing_to_report() {
    assert!(Errors::new().finish().is_none());
}

#[test]
#[should_panic(expected = "not looked at")]
fn mistakes_cannot_be_lost() {
    drop(Errors::new());
}
