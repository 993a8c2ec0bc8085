//! What serde stores as the value that is inside.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::num::{Saturating, Wrapping};
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};

use super::{Node, Shape};

macro_rules! transparent {
    ($($ty:ident),+) => {$(
        impl<T: Shape + ?Sized> Shape for $ty<T> {
            const SHAPE: Node = T::SHAPE;
        }
    )+};
}

macro_rules! transparent_sized {
    ($($ty:ident),+) => {$(
        impl<T: Shape> Shape for $ty<T> {
            const SHAPE: Node = T::SHAPE;
        }
    )+};
}

transparent!(Box, Rc, Arc, RefCell, Mutex, RwLock);
transparent_sized!(Cell, Reverse, Saturating, Wrapping);

impl<T: Shape + ?Sized> Shape for &T {
    const SHAPE: Node = T::SHAPE;
}

impl<T: Shape + ?Sized> Shape for &mut T {
    const SHAPE: Node = T::SHAPE;
}

impl<T: Shape + ToOwned + ?Sized> Shape for Cow<'_, T> {
    const SHAPE: Node = T::SHAPE;
}
