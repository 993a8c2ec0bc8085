//! The rules of ownership in a model: servers that claim, write and delete one key over a network that delays,
//! doubles and loses, in random schedules. With all the rules nothing is lost and nothing comes back; leave any one
//! out, and it is found.

mod world;

use world::{ALL, Harm, Rules, World};

const SCHEDULES: u64 = 20_000;
const STEPS: usize = 60;

fn harms(rules: Rules) -> Vec<Harm> {
    (0..SCHEDULES)
        .filter_map(|seed| {
            let mut world = World::new(rules, seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
            (0..STEPS).find_map(|_| world.step().err())
        })
        .collect()
}

// A3, P3, P7: late, doubled and lost writes, takeovers and deletes lose nothing and bring nothing back
#[test]
fn with_all_the_rules_no_harm_is_done() {
    assert_eq!(harms(ALL), []);
}

// A3: without comparing the claim, a late write of a replaced owner lands
#[test]
fn without_the_claim_the_past_comes_through() {
    let harms = harms(Rules {
        claim: false,
        ..ALL
    });
    assert!(harms.contains(&Harm::FromThePast));
}

// A3: without comparing the revision, an older state replaces a newer one
#[test]
fn without_the_revision_writes_land_out_of_order() {
    let harms = harms(Rules {
        revision: false,
        ..ALL
    });
    assert!(harms.contains(&Harm::OutOfOrder));
}

// A3: without a delete ending the claim, a late write brings the record back
#[test]
fn without_the_end_of_the_claim_the_dead_come_back() {
    let harms = harms(Rules {
        delete_ends_claim: false,
        ..ALL
    });
    assert!(harms.contains(&Harm::BackFromTheDead));
}

// P7: comparing the number alone, a server takes another's write for its own
#[test]
fn by_the_number_alone_a_write_is_falsely_taken_for_saved() {
    let harms = harms(Rules {
        whole_revision: false,
        ..ALL
    });
    assert!(harms.contains(&Harm::FalselySaved));
}
