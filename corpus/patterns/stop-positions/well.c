// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Where a loop can test stop, with the same work around it.
 *
 * What the tool has to see:
 *  - well_head(): endless, the test is the first thing in the body: as a head.
 *  - well_middle(): the test stands between two visible steps: it can't move.
 *  - well_foot(): the test is the last thing in the body, behind the sleep: the
 *    first iteration runs without one.
 *  - well_both(): a head, and a test behind the sleep with nothing behind it.
 *  - sleeps: in tail position in well_head() and well_both(); before the test in
 *    well_foot(); in mid-body in well_middle().
 *  - carried: "depth" in well_middle(), which well_show() is told behind the loop.
 *  - back edges: no lock, state RUNNING.
 *  - made by well_dig(), stopped by well_fill(); woken by nobody.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct well {
	struct task_struct *task[4];
};

int well_draw(struct well *w);
void well_pour(struct well *w, int amount);
void well_show(struct well *w, int depth);

static int well_head(void *arg)
{
	struct well *w = arg;

	for (;;) {
		/* Nothing comes before it. */
		if (kthread_should_stop())
			break;
		well_pour(w, well_draw(w));
		schedule_timeout_interruptible(HZ);
	}
	return 0;
}

static int well_middle(void *arg)
{
	struct well *w = arg;
	int depth = 0;

	for (;;) {
		int drawn = well_draw(w);

		schedule_timeout_interruptible(HZ / 2);
		if (kthread_should_stop())
			break;
		/* Poured only by a thread that goes on. */
		well_pour(w, drawn);
		depth += drawn;
	}
	well_show(w, depth);
	return 0;
}

static int well_foot(void *arg)
{
	struct well *w = arg;

	for (;;) {
		well_pour(w, well_draw(w));
		schedule_timeout_interruptible(HZ);
		if (kthread_should_stop())
			break;
	}
	well_show(w, 0);
	return 0;
}

static int well_both(void *arg)
{
	struct well *w = arg;

	while (!kthread_should_stop()) {
		well_pour(w, well_draw(w));
		schedule_timeout_interruptible(HZ);
		if (kthread_should_stop())
			break;
	}
	return 0;
}

void well_dig(struct well *w)
{
	w->task[0] = kthread_run(well_head, w, "well/0");
	w->task[1] = kthread_run(well_middle, w, "well/1");
	w->task[2] = kthread_run(well_foot, w, "well/2");
	w->task[3] = kthread_run(well_both, w, "well/3");
}

void well_fill(struct well *w)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		kthread_stop(w->task[i]);
}
