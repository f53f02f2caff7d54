// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Model: a scanner that waits long, works, and waits long again.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()).  The do-while above it, in the
 *    "first_run" branch, is a first wait in the prologue.
 *  - the loop inside the main loop is a sleep too: it repeats the sleep until
 *    the time is over or stop is asked for.  Its "break" is its own: the main loop ends at its head.
 *  - checkpoints: the head, both wait loops, and try_to_freeze().
 *  - sleeps: schedule_timeout_interruptible() with what is left of the time.
 *  - carried: nothing; "left" is written first in each place.  "first_run" is
 *    static: it outlives the thread and must stay static.
 *  - back edge: scan_lock is not held, state RUNNING.
 *  - made by scan_start(), stopped by scan_stop().  No waker but the stop.
 *    scan_write() holds scan_lock while it stops the thread, and the body
 *    takes scan_lock: a conversion must not make that worse.
 */
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>

#define FIRST_SCAN_SECS	60

static DEFINE_MUTEX(scan_lock);
static struct task_struct *scan_task;
static unsigned long scan_every;

void scan_once(void);

static int scan_thread(void *unused)
{
	static bool first_run = true;
	long left;

	set_user_nice(current, 10);
	set_freezable();

	if (first_run) {
		first_run = false;
		left = FIRST_SCAN_SECS * HZ;
		do {
			left = schedule_timeout_interruptible(left);
		} while (left && !kthread_should_stop());
	}

	while (!kthread_should_stop()) {
		try_to_freeze();

		mutex_lock(&scan_lock);
		scan_once();
		mutex_unlock(&scan_lock);

		left = READ_ONCE(scan_every);
		while (left) {
			if (kthread_should_stop())
				break;
			left = schedule_timeout_interruptible(left);
		}
	}

	return 0;
}

/* Called with scan_lock held. */
static void scan_start(void)
{
	if (scan_task)
		return;
	scan_task = kthread_run(scan_thread, NULL, "scan");
	if (IS_ERR(scan_task)) {
		pr_warn("scan: no thread\n");
		scan_task = NULL;
	}
}

static void scan_stop(void)
{
	if (!scan_task)
		return;
	kthread_stop(scan_task);
	scan_task = NULL;
}

int scan_write(bool on)
{
	int err = mutex_lock_interruptible(&scan_lock);

	if (err)
		return err;
	if (on)
		scan_start();
	else
		scan_stop();
	mutex_unlock(&scan_lock);
	return 0;
}

static int __init scan_init(void)
{
	WRITE_ONCE(scan_every, 600 * HZ);
	mutex_lock(&scan_lock);
	scan_start();
	mutex_unlock(&scan_lock);
	return 0;
}
late_initcall(scan_init);
