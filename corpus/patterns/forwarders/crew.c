// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: thread functions that are created through forwarders in another file.
 *
 * What the tool has to see:
 *  - crew_cook: named as an argument of the macro CREW_RUN, by pasting "crew_"
 *    and "cook" together; the macro calls crew_start() in hire.c.
 *  - crew_mate: an argument of crew_start_quiet(), three calls away from the
 *    creation.
 *  - crew_bosun: not static, created in hire.c.
 *  - each has one main loop:
 *      cook:  while (!kthread_should_stop()), waits at the head;
 *      mate:  the same with the wait at the foot;
 *      bosun: for (;;) with a stop test in mid-body.
 *  - carried: nothing in any of them.  back edges: no lock, state RUNNING.
 *  - woken by crew_order() through the wait queue, stopped by crew_dismiss().
 */
#include <linux/kthread.h>
#include "crew.h"

static bool crew_wanted(struct crew *c)
{
	return READ_ONCE(c->orders) || kthread_should_stop();
}

static int crew_cook(void *data)
{
	struct crew *c = data;

	while (!kthread_should_stop()) {
		wait_event_interruptible(c->bell, crew_wanted(c));
		crew_work(c);
	}
	return 0;
}

static int crew_mate(void *data)
{
	struct crew *c = data;

	while (!kthread_should_stop()) {
		crew_work(c);
		wait_event_interruptible(c->bell, crew_wanted(c));
	}
	return 0;
}

int crew_bosun(void *data)
{
	struct crew *c = data;

	for (;;) {
		wait_event_interruptible(c->bell, crew_wanted(c));
		if (kthread_should_stop())
			break;
		crew_work(c);
	}
	return 0;
}

void crew_order(struct crew *c)
{
	c->orders++;
	wake_up_interruptible_all(&c->bell);
}

void crew_muster(struct crew *c)
{
	init_waitqueue_head(&c->bell);
	CREW_RUN(c, cook);
	c->mate = crew_start_quiet(c, crew_mate);
	crew_bosun_hire(c);
}

void crew_dismiss(struct crew *c)
{
	if (c->cook)
		kthread_stop(c->cook);
	if (c->mate)
		kthread_stop(c->mate);
	if (c->bosun)
		kthread_stop(c->bosun);
}
