// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Model: an endless watchdog that is started once at boot and never ends.
 *
 * What the tool has to see:
 *  - main loop: for ( ; ; ), no way out; the "return 0" below is dead.
 *  - checkpoints: none.  No stop test and no freeze: that is on purpose, since
 *    nobody ever calls kthread_stop().  A tool must not add one by itself.
 *  - sleeps: schedule_timeout_interruptible() in tail position.
 *  - "continue" skips the sleep.
 *  - carried: "last_look" is written before the loop and in one branch only, so
 *    its value crosses the back edge.  "limit", "period" and "left" are scratch.
 *  - back edge: no lock, state RUNNING.
 *  - made by stall_watch_init(); woken by stall_watch_set_limit() through
 *    wake_up_process(), so that a new limit is taken at once; stopped by nobody.
 */
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

static unsigned long stall_limit_secs = 120;
static unsigned long stall_every_secs;
static atomic_t stall_skip_one = ATOMIC_INIT(0);
static bool stall_paused;
static struct task_struct *stall_task;

void stall_look_at_tasks(unsigned long limit);

/* Time between two looks; a limit of 0 switches the watch off. */
static unsigned long stall_period(unsigned long limit)
{
	unsigned long every = stall_every_secs ?: limit;

	return HZ * min_t(unsigned long, every, limit);
}

static int stall_watch(void *unused)
{
	unsigned long last_look = jiffies;

	set_user_nice(current, 0);

	for ( ; ; ) {
		unsigned long limit = READ_ONCE(stall_limit_secs);
		unsigned long period = stall_period(limit);
		long left = MAX_SCHEDULE_TIMEOUT;

		if (period && time_after_eq(jiffies, last_look + period)) {
			if (!stall_paused && !atomic_xchg(&stall_skip_one, 0))
				stall_look_at_tasks(limit);
			last_look = jiffies;
			continue;
		}

		if (period)
			left = last_look + period - jiffies;
		schedule_timeout_interruptible(left);
	}

	return 0;
}

void stall_watch_touch(void)
{
	atomic_set(&stall_skip_one, 1);
}

void stall_watch_pause(bool pause)
{
	stall_paused = pause;
}

int stall_watch_set_limit(unsigned long secs)
{
	if (secs > LONG_MAX / HZ)
		return -EINVAL;
	stall_limit_secs = secs;
	if (!IS_ERR_OR_NULL(stall_task))
		wake_up_process(stall_task);
	return 0;
}

static int __init stall_watch_init(void)
{
	stall_task = kthread_run(stall_watch, NULL, "stallwatch");
	return PTR_ERR_OR_ZERO(stall_task);
}
subsys_initcall(stall_watch_init);
