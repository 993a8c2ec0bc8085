//! The list of the rules, each as a test that names the promise behind it.

/// Makes a test of each rule of the store contract for an adapter.
///
/// It is given a function from a directory of the test's own to the opened store. Called again with the same
/// directory, it opens the same store. A store elsewhere can take the directory's name as its own.
///
/// ```
/// mod memory {
///     noex::testing::adapter_suite!(|_dir| async { noex::store::MemoryAdapter::new() });
/// }
/// ```
///
/// Put it into a module of its own; the tests need no runtime and no other macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __adapter_suite {
    ($open:expr) => {
        // A1: any text is a key, and different texts are different records
        #[test]
        fn odd_keys_name_different_records() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::keys::odd_keys_name_different_records,
            );
        }

        // A1: keys have up to 1,024 bytes
        #[test]
        fn the_longest_keys_are_kept_whole() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::keys::the_longest_keys_are_kept_whole,
            );
        }

        // A1: listing by prefix gives back the original keys, case-sensitive, with no wildcard meaning
        #[test]
        fn a_prefix_is_no_pattern() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::listing::a_prefix_is_no_pattern,
            );
        }

        // A1: listing gives each key once, page by page
        #[test]
        fn pages_give_each_key_once() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::listing::pages_give_each_key_once,
            );
        }

        // A1: listing gives back the keys that stay
        #[test]
        fn pages_stand_changes_between_them() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::listing::pages_stand_changes_between_them,
            );
        }

        // A1: listing leaves out no key that fits
        #[test]
        fn hints_leave_out_nothing_that_fits() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::listing::hints_leave_out_nothing_that_fits,
            );
        }

        // A4: every byte that is loaded is the one that was written
        #[test]
        fn a_record_comes_back_as_it_was() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::writes::a_record_comes_back_as_it_was,
            );
        }

        // A3: a write that names no revision replaces none
        #[test]
        fn creating_twice_is_a_conflict() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::writes::creating_twice_is_a_conflict,
            );
        }

        // A3: a write names the revision it replaces; a mismatch is `Conflict` and changes nothing
        #[test]
        fn a_write_replaces_only_what_it_expects() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::writes::a_write_replaces_only_what_it_expects,
            );
        }

        // A3: a delete leaves nothing behind
        #[test]
        fn a_delete_leaves_nothing_behind() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::writes::a_delete_leaves_nothing_behind,
            );
        }

        // A3: in a batch, a mismatch fails its own write alone
        #[test]
        fn a_batch_has_one_result_for_each_write() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::writes::a_batch_has_one_result_for_each_write,
            );
        }

        // A3: what is refused changes nothing
        #[test]
        fn a_record_over_the_limit_is_too_large() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::writes::a_record_over_the_limit_is_too_large,
            );
        }

        // S1: the key is claimed and its record loaded in one step
        #[test]
        fn a_claim_gives_the_record() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::claims::a_claim_gives_the_record,
            );
        }

        // S8: of two with one key in one store, the second is refused, and told who holds it
        #[test]
        fn a_held_key_is_refused() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::claims::a_held_key_is_refused,
            );
        }

        // S8: of many with one key at once, all but one are refused
        #[test]
        fn one_of_many_gets_the_claim() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::claims::one_of_many_gets_the_claim,
            );
        }

        // A3: a write names its claim; a mismatch is `Conflict` and changes nothing
        #[test]
        fn only_the_holder_writes() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::claims::only_the_holder_writes,
            );
        }

        // A3: a claim that was given back writes no more
        #[test]
        fn a_claim_is_given_back() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::claims::a_claim_is_given_back,
            );
        }

        // A3: a delete ends the claim, so a late write finds none and cannot bring a record back
        #[test]
        fn a_late_write_after_a_delete_finds_no_claim() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::claims::a_late_write_after_a_delete_finds_no_claim,
            );
        }

        // A3: a delete of nothing ends the claim, too
        #[test]
        fn a_delete_of_nothing_ends_the_claim() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::claims::a_delete_of_nothing_ends_the_claim,
            );
        }

        // A3: no epoch is given twice, so no old claim is ever a new one
        #[test]
        fn an_epoch_never_comes_twice() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::claims::an_epoch_never_comes_twice,
            );
        }

        // P3: calls for one key take effect in the order first polled
        #[test]
        fn calls_take_effect_in_the_order_polled() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::order::calls_take_effect_in_the_order_polled,
            );
        }

        // P3: a write that was abandoned keeps its place in that order
        #[test]
        fn an_abandoned_write_keeps_its_place() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::order::an_abandoned_write_keeps_its_place,
            );
        }

        // A6: closing is idempotent
        #[test]
        fn closing_twice_is_fine() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::lifetime::closing_twice_is_fine,
            );
        }

        // A2: a write that returned is there when the store is opened again
        #[test]
        fn records_outlive_the_adapter() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::lifetime::records_outlive_the_adapter,
            );
        }

        // A2: a write that returned is there even if nobody closed the store
        #[test]
        fn records_outlive_a_dropped_adapter() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::lifetime::records_outlive_a_dropped_adapter,
            );
        }

        // A3: no epoch is given twice, not by the next process either
        #[test]
        fn epochs_rise_over_reopening() {
            $crate::testing::suite::try_rule(
                $open,
                $crate::testing::suite::lifetime::epochs_rise_over_reopening,
            );
        }
    };
}
