use super::*;

/// As the documentation of serde has them.
const EXPECTED: &[(&str, &str, &str)] = &[
    ("lowercase", "verytasty", "very_tasty"),
    ("UPPERCASE", "VERYTASTY", "VERY_TASTY"),
    ("PascalCase", "VeryTasty", "VeryTasty"),
    ("camelCase", "veryTasty", "veryTasty"),
    ("snake_case", "very_tasty", "very_tasty"),
    ("SCREAMING_SNAKE_CASE", "VERY_TASTY", "VERY_TASTY"),
    ("kebab-case", "very-tasty", "very-tasty"),
    ("SCREAMING-KEBAB-CASE", "VERY-TASTY", "VERY-TASTY"),
];

#[test]
fn names_are_joined_as_serde_does_it() {
    for (name, variant, field) in EXPECTED {
        let case = Case::named(name).expect("serde knows it");
        assert_eq!(case.of_variant("VeryTasty"), *variant, "{name}");
        assert_eq!(case.of_field("very_tasty"), *field, "{name}");
    }
}

#[test]
fn short_names_and_unknown_cases() {
    assert_eq!(Case::named("Camel"), None);
    for (name, ..) in EXPECTED {
        let case = Case::named(name).expect("serde knows it");
        assert_eq!(case.of_variant("A").to_lowercase(), "a", "{name}");
        assert_eq!(case.of_field("a").to_lowercase(), "a", "{name}");
        assert_eq!(case.of_field(""), "", "{name}");
    }
    assert_eq!(Case::Snake.of_variant("HTTPGet"), "h_t_t_p_get");
}
