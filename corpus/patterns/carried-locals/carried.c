// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: locals whose value crosses the back edge, in each of the hard ways.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()).
 *  - "level": its first write in the body is under an "if".  That write does not
 *    dominate the read below, so the old value is read: carried.
 *  - "streak": read and then reset in each full iteration, counted up before the
 *    "continue": only the "continue" carries a value that differs from 0.
 *  - "total": counted in the body and read after the loop: carried, and the
 *    tail needs it too.
 *  - "prev": written as the last statement, read first: carried.
 *  - "now": always written first: scratch, may become a local of the body.
 *  - "history": an array; one element is written per iteration: carried.
 *  - checkpoints: the head.  sleeps: schedule_timeout_interruptible() in tail
 *    position; the "continue" has a sleep of its own.
 *  - back edge: no lock, state RUNNING.
 *  - made by gauge_start(), stopped by gauge_stop(); woken by nobody.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

#define GAUGE_KEEP	4

struct gauge {
	struct task_struct *task;
	unsigned int shown;
};

int gauge_read(struct gauge *g);
void gauge_show(struct gauge *g, int level, int delta, unsigned int streak);

static int gauge_thread(void *arg)
{
	struct gauge *g = arg;
	int history[GAUGE_KEEP] = { 0 };
	unsigned int streak = 0;
	unsigned long total = 0;
	int level = 0;
	int prev = 0;
	int now;

	while (!kthread_should_stop()) {
		now = gauge_read(g);
		if (now < 0) {
			streak++;
			msleep(10);
			continue;
		}

		if (now > history[total % GAUGE_KEEP])
			level = now;
		history[total % GAUGE_KEEP] = now;

		gauge_show(g, level, now - prev, streak);
		streak = 0;
		total++;
		prev = now;

		schedule_timeout_interruptible(HZ / 2);
	}

	pr_info("gauge: %lu readings\n", total);
	return 0;
}

int gauge_start(struct gauge *g)
{
	g->task = kthread_run(gauge_thread, g, "gauge");
	return PTR_ERR_OR_ZERO(g->task);
}

void gauge_stop(struct gauge *g)
{
	kthread_stop(g->task);
}
