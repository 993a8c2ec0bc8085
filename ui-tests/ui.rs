//! Runs the compiler over every program beside this file: those in `fail` have to end in the messages written
//! down in their `.stderr`, those in `pass` have to compile and run.

#[test]
fn what_the_compiler_says() {
    let programs = trybuild::TestCases::new();
    programs.pass("pass/*.rs");
    programs.compile_fail("fail/**/*.rs");
}
