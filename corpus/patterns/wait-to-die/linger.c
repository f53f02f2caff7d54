// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: a thread that ends its work early, but must live until kthread_stop().
 *
 * What the tool has to see:
 *  - main loop: the first while (!kthread_should_stop()).  The second one, below
 *    "linger", has the same head: it is the wait for the stop and no work.
 *  - two ways into the tail: the end of the main loop (stop was asked for, so
 *    the second loop does not turn even once), and "goto linger" after an error.
 *  - checkpoints: the two heads, and the recheck before schedule_timeout().
 *  - sleeps: schedule_timeout() in tail position of the main loop.
 *  - carried: "failures" goes over the back edge; "err" is read after the loop:
 *    it is the result of the thread, and of kthread_stop().
 *  - back edge: no lock, state RUNNING.  "goto linger" leaves in RUNNING.
 *  - a conversion in which the thread ends at the error would make the
 *    kthread_stop() in beacon_close() touch a task that is gone.
 *  - made by beacon_open(), stopped by beacon_close(); woken by nobody.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct beacon {
	struct task_struct *task;
	unsigned int period_ms;
};

int beacon_flash(struct beacon *b);

static int beacon_thread(void *data)
{
	struct beacon *b = data;
	unsigned int failures = 0;
	int err = 0;

	while (!kthread_should_stop()) {
		err = beacon_flash(b);
		if (err == -ENODEV)
			goto linger;
		if (err && ++failures > 5)
			goto linger;

		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule_timeout(msecs_to_jiffies(b->period_ms));
		__set_current_state(TASK_RUNNING);
	}

linger:
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return err;
}

int beacon_open(struct beacon *b)
{
	b->task = kthread_run(beacon_thread, b, "beacon");
	return PTR_ERR_OR_ZERO(b->task);
}

void beacon_close(struct beacon *b)
{
	int err = kthread_stop(b->task);

	if (err)
		pr_warn("beacon: ended with %d\n", err);
}
