// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Like lamp.c, but what stands before the stop test is seen by others.
 *
 * What the tool has to see:
 *  - main loop: for (;;).
 *  - bell_thread() counts every wake-up with a message that is always printed,
 *    and chime_thread() asks for the old mask and gives it back behind the loop:
 *    neither stop test may move.
 *  - made by bell_up(), stopped by bell_down(); woken by nobody.
 */
#include <linux/kthread.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/signal.h>

struct bell {
	struct task_struct *bell;
	struct task_struct *chime;
};

void bell_ring(struct bell *bell);

static int bell_thread(void *arg)
{
	struct bell *bell = arg;

	for (;;) {
		schedule_timeout_interruptible(HZ);
		pr_info("bell: woken\n");
		if (kthread_should_stop())
			break;
		bell_ring(bell);
	}
	return 0;
}

static int chime_thread(void *arg)
{
	struct bell *bell = arg;
	sigset_t hup, old;

	siginitset(&hup, sigmask(SIGHUP));
	siginitset(&old, 0);
	for (;;) {
		sigprocmask(SIG_BLOCK, &hup, &old);
		schedule_timeout_interruptible(HZ);
		if (kthread_should_stop())
			break;
		bell_ring(bell);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	return 0;
}

int bell_up(struct bell *bell)
{
	bell->bell = kthread_run(bell_thread, bell, "bell");
	if (IS_ERR(bell->bell))
		return PTR_ERR(bell->bell);
	bell->chime = kthread_run(chime_thread, bell, "chime");
	if (IS_ERR(bell->chime)) {
		kthread_stop(bell->bell);
		return PTR_ERR(bell->chime);
	}
	return 0;
}

void bell_down(struct bell *bell)
{
	kthread_stop(bell->chime);
	kthread_stop(bell->bell);
}
