//! What epochs are given, and when one is reserved.

use super::*;

fn number(given: (Epoch, Option<i64>)) -> u64 {
    given.0.get()
}

#[test]
fn every_epoch_is_new_and_reserved_before_it_is_given() {
    let mut epochs = Epochs::new(0);
    let mut last = 0;
    for _ in 0..5000 {
        let (epoch, _) = epochs.give(None);
        assert!(epoch.get() > last);
        assert!(i64::try_from(epoch.get()).is_ok_and(|epoch| epoch <= epochs.reserved()));
        last = epoch.get();
    }
}

#[test]
fn a_block_is_reserved_once() {
    let mut epochs = Epochs::new(7);
    assert!(epochs.give(None).1.is_some());
    assert!(epochs.give(None).1.is_none());
}

#[test]
fn a_reservation_that_failed_is_made_again_and_gives_nothing_twice() {
    let mut epochs = Epochs::new(0);
    let first = number(epochs.give(None));
    epochs.reserved_only(0);
    let (second, reserve) = epochs.give(None);
    assert!(second.get() > first);
    assert!(reserve.is_some());
}

#[test]
fn an_epoch_is_above_that_of_the_record() {
    let mut epochs = Epochs::new(3);
    let (epoch, reserve) = epochs.give(Some(Epoch::new(1_000_000)));
    assert_eq!(epoch.get(), 1_000_001);
    assert!(reserve.is_some_and(|reserve| reserve >= 1_000_001));
}
