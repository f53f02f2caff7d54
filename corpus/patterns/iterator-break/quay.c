// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The owner of the two threads in crane.c and tally.c.
 *
 * What the tool has to see:
 *  - two thread functions, both defined in other files of this folder.
 *  - no main loop here; the iterator in quay_put() is no thread's loop.
 *  - wake-up: wake_up_interruptible() in quay_put().
 *  - stop: kthread_stop() of both in quay_close(), and of one on the error path
 *    of quay_open().
 */
#include <linux/kthread.h>
#include "quay.h"

int quay_open(struct quay *q)
{
	spin_lock_init(&q->lock);
	init_waitqueue_head(&q->wait);
	INIT_LIST_HEAD(&q->berths);

	q->crane = kthread_run(quay_crane, q, "quay_crane");
	if (IS_ERR(q->crane))
		return PTR_ERR(q->crane);

	q->tally = kthread_run(quay_tally, q, "quay_tally");
	if (IS_ERR(q->tally)) {
		kthread_stop(q->crane);
		return PTR_ERR(q->tally);
	}
	return 0;
}

void quay_put(struct quay *q, unsigned int cargo)
{
	struct berth *b;

	spin_lock(&q->lock);
	list_for_each_entry(b, &q->berths, node) {
		if (!b->open)
			continue;
		b->cargo += cargo;
		q->loads++;
		break;
	}
	spin_unlock(&q->lock);
	wake_up_interruptible(&q->wait);
}

void quay_close(struct quay *q)
{
	kthread_stop(q->tally);
	kthread_stop(q->crane);
}
