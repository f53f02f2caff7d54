// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: iterators without braces, and iterators with a name of their own.
 *
 * berths_in_order() and over_live_berths() are known as iterators only from the
 * list in the .clang-format file of this folder (and from their definition in
 * quay.h).
 *
 * What the tool has to see:
 *  - main loop: for (;;), left by "break" after the stop test.
 *  - a list_for_each_entry() without braces, whose body is one "if".
 *  - a berths_in_order() block with its own "continue" and "break".
 *  - an over_live_berths() that has a "break" as a part of its body.
 *  - one iterator nested in another: the inner "break" leaves the inner one.
 *  - the last "continue" in the body belongs to the main loop: it skips the
 *    pr_debug(), but not the sleep, which is at the head.
 *  - sleeps: schedule_timeout_interruptible() at the head.
 *  - carried: "last" goes over the back edge; it is written at the end only.
 *  - back edge: no lock, state RUNNING.
 *  - made and stopped in quay.c, woken by nobody (it is periodic).
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include "quay.h"

int quay_tally(void *data)
{
	struct quay *q = data;
	struct berth *b, *other;
	unsigned int last = 0;

	for (;;) {
		unsigned int sum = 0, twins = 0;

		schedule_timeout_interruptible(HZ);
		if (kthread_should_stop())
			break;

		spin_lock(&q->lock);
		list_for_each_entry(b, &q->berths, node)
			if (b->open)
				sum += b->cargo;

		berths_in_order(b, q) {
			if (b->errors)
				continue;
			if (b->cargo > sum / 2)
				break;
			b->errors = 0;
		}

		over_live_berths(b, q) {
			if (b->cargo == 0)
				break;
		}

		list_for_each_entry(b, &q->berths, node) {
			berths_in_order(other, q) {
				if (other == b)
					break;
				if (other->cargo == b->cargo)
					twins++;
			}
		}
		spin_unlock(&q->lock);

		q->total = sum;
		if (sum == last)
			continue;
		pr_debug("quay: %u, was %u, %u twins\n", sum, last, twins);
		last = sum;
	}
	return 0;
}
