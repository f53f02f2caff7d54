// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A stop test in mid-body, behind steps that do nothing to a thread that ends.
 *
 * The thread sleeps with SIGHUP let through, works with it blocked, and says in
 * debug messages what it does.
 *
 * What the tool has to see:
 *  - main loop: for (;;).
 *  - from the beginning of an iteration to the stop test the thread masks
 *    signals, sleeps, and prints debug messages.  A thread that should stop need
 *    not do any of it: the stop test may move to the beginning.
 *  - only because nobody asks for the old mask: the third argument is NULL.
 *  - "hup" is read through its address, before the loop and in it.
 *  - made by lamp_on(), stopped by lamp_off(); woken by nobody.
 */
#include <linux/kthread.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/signal.h>

struct lamp {
	struct task_struct *task;
	unsigned int turns;
};

void lamp_turn(struct lamp *lamp);

static int lamp_thread(void *arg)
{
	struct lamp *lamp = arg;
	sigset_t hup;

	siginitset(&hup, sigmask(SIGHUP));
	allow_signal(SIGHUP);
	for (;;) {
		sigprocmask(SIG_UNBLOCK, &hup, NULL);
		schedule_timeout_interruptible(HZ);
		sigprocmask(SIG_BLOCK, &hup, NULL);
		pr_debug("lamp: %u turns so far\n", lamp->turns);
		if (kthread_should_stop()) {
			pr_debug("lamp: told to stop\n");
			break;
		}
		lamp_turn(lamp);
		lamp->turns++;
	}
	return 0;
}

int lamp_on(struct lamp *lamp)
{
	struct task_struct *task = kthread_run(lamp_thread, lamp, "lamp");

	if (IS_ERR(task))
		return PTR_ERR(task);
	lamp->task = task;
	return 0;
}

void lamp_off(struct lamp *lamp)
{
	kthread_stop(lamp->task);
}
