// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: the same thread function is defined twice, once per configuration.
 *
 * What the tool has to see:
 *  - two definitions of twin_thread(), of which the compiler sees one.  Both
 *    are thread functions; a report names both, a rewrite has to do both or
 *    none.
 *  - with CONFIG_MODEL: main loop while (!kthread_should_stop()), one sleep in
 *    schedule_timeout_interruptible(), "beats" carried and returned.
 *  - without: main loop for (;;) with a "break" after the stop test, one sleep
 *    in wait_event_interruptible(), nothing carried.
 *  - back edges: no lock, state RUNNING.
 *  - made by twin_start(), woken by twin_poke() (which matters in the second
 *    configuration only), stopped by twin_stop().
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/wait.h>

struct twin {
	struct wait_queue_head wait;
	struct task_struct *task;
	bool poked;
};

void twin_beat(struct twin *t);

#ifdef CONFIG_MODEL
/* No interrupt: look every second. */
static int twin_thread(void *arg)
{
	struct twin *t = arg;
	int beats = 0;

	while (!kthread_should_stop()) {
		twin_beat(t);
		beats++;
		schedule_timeout_interruptible(HZ);
	}
	return beats;
}
#else /* !CONFIG_MODEL */
/* With an interrupt: wait to be poked. */
static int twin_thread(void *arg)
{
	struct twin *t = arg;

	for (;;) {
		wait_event_interruptible(t->wait, t->poked || kthread_should_stop());
		if (kthread_should_stop())
			break;
		t->poked = false;
		twin_beat(t);
	}
	return 0;
}
#endif /* CONFIG_MODEL */

void twin_poke(struct twin *t)
{
	t->poked = true;
	wake_up(&t->wait);
}

int twin_start(struct twin *t)
{
	init_waitqueue_head(&t->wait);
	t->task = kthread_run(twin_thread, t, "twin");
	return PTR_ERR_OR_ZERO(t->task);
}

void twin_stop(struct twin *t)
{
	pr_info("twin: %d\n", kthread_stop(t->task));
}
