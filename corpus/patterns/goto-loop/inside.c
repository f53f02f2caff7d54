// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: a backward "goto" inside the body of a real main loop.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()).  The label "again" is in the
 *    body and below the sleep: "goto again" is a loop inside one iteration, it
 *    never passes the head, so neither the stop test nor the sleep.
 *  - to turn "goto again" into the end of the iteration would add a sleep.
 *  - "goto next" jumps forward to the foot: it is a "continue" in other words,
 *    except that it runs the statement after the label.
 *  - sleeps: wait_for_completion_interruptible() at the head.
 *  - checkpoints: the head, and the test after the wait.
 *  - carried: nothing; "tries" and "err" are written first in each iteration.
 *  - back edge: no lock, state RUNNING.
 *  - made by lathe_start(), woken by lathe_cut() through a completion, stopped
 *    by lathe_stop().  Its complete() may come too early: the thread may wait
 *    again before it is told to stop.  Then only the wait itself can help, since
 *    an interruptible one ends early under kthread_stop().
 */
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct lathe {
	struct completion job;
	struct task_struct *task;
	unsigned int jobs;
	unsigned int spoiled;
};

int lathe_turn(struct lathe *l);

static int lathe_thread(void *arg)
{
	struct lathe *l = arg;
	int tries;
	int err;

	while (!kthread_should_stop()) {
		if (wait_for_completion_interruptible(&l->job))
			goto next;
		if (kthread_should_stop())
			goto next;

		tries = 0;
again:
		err = lathe_turn(l);
		if (err == -EAGAIN && ++tries < 3)
			goto again;
		if (err)
			l->spoiled++;
next:
		l->jobs++;
	}
	return 0;
}

void lathe_cut(struct lathe *l)
{
	complete(&l->job);
}

int lathe_start(struct lathe *l)
{
	init_completion(&l->job);
	l->task = kthread_run(lathe_thread, l, "lathe");
	return PTR_ERR_OR_ZERO(l->task);
}

void lathe_stop(struct lathe *l)
{
	complete(&l->job);
	kthread_stop(l->task);
}
