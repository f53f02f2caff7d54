// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: one generic thread that runs a registered callback in each iteration.
 *
 * What the tool has to see:
 *  - ferry_thread() is the only real thread function here.  Its main loop is
 *    while (!kthread_should_stop()).
 *  - its body calls ferry->run(ferry).  The value comes from the first parameter
 *    of ferry_register(): each callback is the body of a main loop, and not a
 *    thread function (it has another type and is called again and again).
 *  - checkpoints: the head, the condition of the wait (in ferry_due()), the park
 *    with its "continue", and a last stop test before the callback.
 *  - sleeps: wait_event_interruptible_timeout() at the head.
 *  - carried: nothing.
 *  - back edge: no lock, state RUNNING, unless a callback leaves it otherwise.
 *  - made by ferry_register(), woken by ferry_wake(), stopped by
 *    ferry_unregister().
 */
#include <linux/bitops.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include "ferry.h"

#define FERRY_CALLED	0

static bool ferry_due(struct ferry *ferry)
{
	return kthread_should_stop() || kthread_should_park() ||
	       test_bit(FERRY_CALLED, &ferry->flags);
}

static int ferry_thread(void *arg)
{
	struct ferry *ferry = arg;

	while (!kthread_should_stop()) {
		wait_event_interruptible_timeout(ferry->wait, ferry_due(ferry),
						 ferry->timeout);
		if (kthread_should_park()) {
			kthread_parkme();
			continue;
		}
		if (kthread_should_stop())
			break;

		clear_bit(FERRY_CALLED, &ferry->flags);
		ferry->run(ferry);
	}
	return 0;
}

void ferry_wake(struct ferry *ferry)
{
	set_bit(FERRY_CALLED, &ferry->flags);
	wake_up(&ferry->wait);
}

struct ferry *ferry_register(ferry_run_fn run, void *owner, const char *name)
{
	struct ferry *ferry = kzalloc(sizeof(*ferry), GFP_KERNEL);

	if (!ferry)
		return NULL;
	ferry->run = run;
	ferry->owner = owner;
	ferry->timeout = MAX_SCHEDULE_TIMEOUT;
	init_waitqueue_head(&ferry->wait);
	ferry->task = kthread_run(ferry_thread, ferry, "ferry_%s", name);
	if (IS_ERR(ferry->task)) {
		kfree(ferry);
		return NULL;
	}
	return ferry;
}

void ferry_unregister(struct ferry *ferry)
{
	kthread_stop(ferry->task);
	kfree(ferry);
}
