//! The same work on many things at once: disks do more in a second, the more they are asked at the same time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder};

/// Does the work on each of the things, on at most `most` threads, and gives the results in their order.
pub(super) fn each<T: Sync, R: Send>(
    things: &[T],
    most: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let share = || {
        let mut done = Vec::new();
        while let at = next.fetch_add(1, Ordering::Relaxed)
            && let Some(thing) = things.get(at)
        {
            done.push((at, work(thing)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let helpers: Vec<_> = (1..most.min(things.len()))
            // Where no thread can be had, those that are there do the work.
            .map_while(|_| Builder::new().spawn_scoped(scope, share).ok())
            .collect();
        let mut done = share();
        for helper in helpers {
            match helper.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_their_things() {
        let things: Vec<usize> = (0..1000).collect();
        for most in [0, 1, 2, 32, 5000] {
            let squares = each(&things, most, |thing| thing * thing);
            assert!(
                squares
                    .iter()
                    .enumerate()
                    .all(|(at, square)| at * at == *square)
            );
            assert_eq!(squares.len(), things.len());
        }
        assert!(each(&[0; 0], 4, |thing| *thing).is_empty());
    }
}
