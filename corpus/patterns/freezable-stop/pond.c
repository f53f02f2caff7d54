// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: stop test and freeze in one call.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_freezable_should_stop(&was_frozen)).
 *  - checkpoints: the head is two of them at once: it freezes, then it tests
 *    stop.  It may sleep, so no lock may be held on the back edge.
 *  - "was_frozen" is written by the head in each turn, before it is read in the
 *    body: scratch, but its address is taken in the head.
 *  - the body reacts to it: after a thaw the pond is measured anew and the rest
 *    of the iteration is skipped by "continue" (there is no sleep on that way).
 *  - sleeps: schedule_timeout_interruptible() in tail position.
 *  - carried: "level".
 *  - back edge: no lock, state RUNNING.
 *  - made by pond_start(), woken by pond_rain() through wake_up_process(),
 *    stopped by pond_stop().
 */
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct pond {
	struct task_struct *task;
	int rain;
	int shown;
};

int pond_measure(struct pond *p);

static int pond_thread(void *arg)
{
	struct pond *p = arg;
	bool was_frozen = false;
	int level = pond_measure(p);

	set_freezable();
	while (!kthread_freezable_should_stop(&was_frozen)) {
		if (was_frozen) {
			level = pond_measure(p);
			continue;
		}

		level += p->rain;
		p->rain = 0;
		p->shown = level;

		schedule_timeout_interruptible(5 * HZ);
	}
	return 0;
}

void pond_rain(struct pond *p, int rain)
{
	p->rain += rain;
	wake_up_process(p->task);
}

int pond_start(struct pond *p)
{
	p->task = kthread_run(pond_thread, p, "pond");
	return PTR_ERR_OR_ZERO(p->task);
}

void pond_stop(struct pond *p)
{
	kthread_stop(p->task);
	pr_info("pond: %d\n", p->shown);
}
