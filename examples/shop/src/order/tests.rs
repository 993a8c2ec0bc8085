//! An order without a runtime: how it goes on from what others have done.

use super::*;
use crate::stock::Short;

#[test]
fn it_goes_from_step_to_step() {
    let mut order = order();

    order.advance(Progress::Reserved);
    order.advance(Progress::Paid { receipt: 17 });
    order.advance(Progress::Sent);
    assert!(!order.is_over());
    order.arrive();

    let view = order.read();
    assert_eq!(view.status, Status::Delivered);
    assert_eq!((view.amount, view.receipt), (9, Some(17)));
    assert!(order.is_over());
}

#[test]
fn it_ends_where_the_stock_is_short() {
    let mut order = order();

    order.advance(Progress::Refused(Short {
        article: "pot".into(),
        left: 1,
        wanted: 3,
    }));

    assert!(order.is_over());
    assert_eq!(
        order.status.to_string(),
        "refused: 1 of `pot` left, 3 wanted"
    );
}

#[test]
fn a_courier_may_arrive_before_the_order_knows_of_one() {
    let mut order = order();
    order.status = Status::Paid;
    order.arrive();

    order.advance(Progress::Sent);

    assert_eq!(order.status, Status::Delivered);
}

fn order() -> Order {
    Order {
        id: "1".into(),
        items: Items::from([("pot".into(), 3)]),
        status: Status::Placed,
        receipt: None,
        waits: false,
    }
}
