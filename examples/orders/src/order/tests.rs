//! An order without a runtime: handlers are methods, and a migration is a conversion.

use super::*;

#[test]
fn an_item_is_added_to_what_there_is() {
    let mut order = order(&[("tea", 2)]);

    let view = order.add_item(sku("tea"), 3).expect("it is pending");

    assert_eq!(view.items, BTreeMap::from([(sku("tea"), 5)]));
    assert_eq!(order.read(), view);
}

#[test]
fn what_is_refused_changes_nothing() {
    let mut order = order(&[("tea", u32::MAX)]);

    assert_eq!(order.add_item(sku("tea"), 1), Err(OrderError::Quantity));

    assert_eq!(order.units(), u64::from(u32::MAX));
    assert_eq!(order.changed_at, None);
}

// V1: a step is a conversion, and may fail
#[test]
fn lines_of_one_item_become_one_quantity() {
    assert_eq!(
        order(&[("tea", 2), ("cup", 0), ("tea", 1)]).items,
        BTreeMap::from([(sku("tea"), 3)])
    );

    let refused = Order::try_from(old(&[("tea", u32::MAX), ("tea", 1)]));
    assert_eq!(refused.err(), Some(OrderError::Quantity));
}

fn order(items: &[(&str, u32)]) -> Order {
    Order::try_from(old(items)).expect("a sound order")
}

fn old(items: &[(&str, u32)]) -> OrderV1 {
    OrderV1 {
        id: Uuid::nil(),
        items: items
            .iter()
            .map(|(name, quantity)| (sku(name), *quantity))
            .collect(),
        status: Status::Pending,
        created_at: SystemTime::UNIX_EPOCH,
    }
}

fn sku(name: &str) -> Sku {
    Sku::try_from(name.to_owned()).expect("an article number")
}
