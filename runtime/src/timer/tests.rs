use std::collections::BTreeSet;

use super::{TICK_BITS, Timed, Timer, Wheel};
use crate::list::Node;
use crate::sync::Arc;
use crate::sync::clock::Moment;

#[derive(Debug)]
struct One {
    number: usize,
    timer: Timer,
}

impl Timed for One {
    fn timer(&self) -> &Timer {
        &self.timer
    }
}

fn one(number: usize) -> Arc<Node<One>> {
    Arc::new(Node::new(One { number, timer: Timer::new() }))
}

fn at(ticks: u64) -> Moment {
    Moment::from_nanos(ticks << TICK_BITS)
}

fn expire(wheel: &mut Wheel<One>, now: Moment) -> Vec<usize> {
    let mut expired = Vec::new();
    wheel.expire(now, usize::MAX, |node| expired.push(node.number));
    expired
}

/// Numbers that look random, and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

#[test]
fn nothing_is_early_and_nothing_is_late() {
    for delay in [
        0,
        1,
        2,
        63,
        64,
        65,
        4095,
        4096,
        4097,
        1 << 18,
        (1 << 24) + 5,
        (1 << 30) - 1,
        1 << 30,
        1 << 33,
    ] {
        for start in [0, 1, 63, 64, 12345, (1 << 30) - 1] {
            let mut wheel = Wheel::new(at(start));
            // SAFETY: it is new.
            unsafe { wheel.insert(one(1), at(start + delay)) };
            // As a worker does: look when the wheel says so.
            let mut looks = 0;
            loop {
                let next = wheel.next().expect("it is in");
                assert!(next <= at(start + delay), "late by the wheel's own word");
                let expired = expire(&mut wheel, next);
                looks += 1;
                if next == at(start + delay) {
                    assert_eq!(expired, [1]);
                    break;
                }
                assert!(expired.is_empty(), "early");
                assert!(looks < 20, "{looks} looks for one timer");
            }
            assert!(wheel.is_empty());
            assert_eq!(wheel.next(), None);
        }
    }
}

#[test]
fn a_part_of_a_tick_is_waited_for() {
    let mut wheel = Wheel::new(at(5));
    let deadline = Moment::from_nanos(at(7).nanos() + 1);
    // SAFETY: it is new.
    unsafe { wheel.insert(one(1), deadline) };
    assert!(expire(&mut wheel, deadline).is_empty());
    assert_eq!(expire(&mut wheel, at(8)), [1]);
}

/// Against a sorted set: random insertions, removals and moves, and time that goes on in steps.
#[test]
fn as_a_sorted_set_does() {
    // Miri is a thousand times slower.
    let (seeds, steps) = if cfg!(miri) { (1, 300) } else { (39, 3000) };
    for seed in 1..=seeds {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        let mut now = dice.roll(1 << 31);
        let mut wheel = Wheel::new(at(now));
        let nodes: Vec<_> = (0..200).map(one).collect();
        let mut model = BTreeSet::new();
        let mut deadlines = vec![None; nodes.len()];
        for _ in 0..steps {
            let number = usize::try_from(dice.roll(200)).expect("small");
            match dice.roll(4) {
                0 | 1 => {
                    if let Some(old) = deadlines[number].take() {
                        model.remove(&(old, number));
                        // SAFETY: it is in the wheel.
                        drop(unsafe { wheel.remove(&nodes[number]) });
                    }
                    let bits = dice.roll(33);
                    let deadline = now + dice.roll(1 << bits);
                    deadlines[number] = Some(deadline);
                    model.insert((deadline, number));
                    // SAFETY: it is in no wheel.
                    unsafe { wheel.insert(Arc::clone(&nodes[number]), at(deadline)) };
                }
                2 => {
                    if let Some(old) = deadlines[number].take() {
                        model.remove(&(old, number));
                        // SAFETY: it is in the wheel.
                        drop(unsafe { wheel.remove(&nodes[number]) });
                    }
                }
                _ => {
                    let bits = dice.roll(25);
                    now += dice.roll(1 << bits);
                    let expired = expire(&mut wheel, at(now));
                    let ticks: Vec<_> = expired.iter().map(|number| deadlines[*number]).collect();
                    assert!(ticks.is_sorted(), "out of order");
                    let rest = model.split_off(&(now + 1, 0));
                    let mut wanted: Vec<_> = model.iter().map(|(_, number)| *number).collect();
                    let mut got = expired.clone();
                    wanted.sort_unstable();
                    got.sort_unstable();
                    assert_eq!(got, wanted);
                    model = rest;
                    for number in expired {
                        deadlines[number] = None;
                    }
                }
            }
            assert_eq!(wheel.len(), model.len());
            match (wheel.next(), model.first()) {
                (None, None) => {}
                (Some(next), Some((first, _))) => assert!(next <= at(*first).max(at(now))),
                (next, first) => panic!("{next:?} for {first:?}"),
            }
        }
    }
}
