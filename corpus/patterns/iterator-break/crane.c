// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: "break" and "continue" inside an iterator macro.
 *
 * For a C grammar, list_for_each_entry(...) { } looks like a call and a bare
 * block after it.  The jumps in that block then seem to belong to the loop
 * around it.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()).
 *  - in each of the two iterators: one "continue" and one "break", all of them
 *    of the iterator.  To turn one into "return" is silently wrong.
 *  - in the switch of the first iterator: a "break" of the switch.
 *  - after the iterators: one "continue" and one "break" of the main loop.
 *  - sleeps: wait_event_interruptible() at the head, msleep() in one branch.
 *  - carried: "idle" counts over iterations; "b", "tmp" and "hit" are scratch.
 *  - back edge: lock dropped before the first jump, state RUNNING.
 *  - made and stopped in quay.c, woken by quay_put().
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include "quay.h"

#define CRANE_MAX_IDLE	1000

int quay_crane(void *data)
{
	struct quay *q = data;
	struct berth *b, *tmp, *hit;
	unsigned int idle = 0;

	while (!kthread_should_stop()) {
		wait_event_interruptible(q->wait, q->loads ||
					 kthread_should_stop());

		hit = NULL;
		spin_lock(&q->lock);
		list_for_each_entry(b, &q->berths, node) {
			if (!b->open)
				continue;
			switch (b->errors) {
			case 0:
				hit = b;
				break;
			default:
				b->errors--;
			}
			if (hit)
				break;
		}
		spin_unlock(&q->lock);

		if (!hit) {
			if (++idle > CRANE_MAX_IDLE)
				break;
			msleep(20);
			continue;
		}

		idle = 0;
		if (berth_lift(hit) < 0)
			hit->errors = 3;

		list_for_each_entry_safe(b, tmp, &q->berths, node) {
			if (b->cargo)
				continue;
			list_move_tail(&b->node, &q->berths);
			break;
		}
		q->loads--;
	}

	/* Ended by itself or not: stay until somebody asks. */
	while (!kthread_should_stop())
		schedule_timeout_interruptible(MAX_SCHEDULE_TIMEOUT);
	return 0;
}
