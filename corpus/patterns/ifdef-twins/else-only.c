// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: the main loop exists in one configuration only.
 *
 * What the tool has to see:
 *  - with CONFIG_MODEL, mole_thread() does its work once and has no loop.
 *  - in the #else branch it has a main loop, while (!kthread_should_stop()),
 *    and a first wait loop before it.  A tool that reads the first branch only
 *    reports "no loop" and is wrong.
 *  - the declaration of "depth" is in the #else branch too: carried there, read
 *    after the loop.
 *  - the tail below #endif is shared by both.
 *  - checkpoints: the head of both loops.  sleeps: msleep_interruptible() in
 *    the first, schedule_timeout_interruptible() at the foot of the second.
 *  - back edge: no lock, state RUNNING.
 *  - made by mole_start(), stopped by mole_stop(); woken by nobody.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct mole {
	struct task_struct *task;
	bool awake;
	unsigned int deepest;
};

unsigned int mole_dig(struct mole *m, unsigned int depth);

static int mole_thread(void *arg)
{
	struct mole *m = arg;
#ifdef CONFIG_MODEL

	m->deepest = mole_dig(m, 0);
#else
	unsigned int depth = 0;

	while (!m->awake && !kthread_should_stop())
		msleep_interruptible(100);

	while (!kthread_should_stop()) {
		depth = mole_dig(m, depth);
		if (depth > 1000)
			depth /= 2;
		schedule_timeout_interruptible(HZ);
	}
	m->deepest = depth;
#endif
	pr_info("mole: %u deep\n", m->deepest);

	while (!kthread_should_stop())
		schedule_timeout_interruptible(MAX_SCHEDULE_TIMEOUT);
	return 0;
}

int mole_start(struct mole *m)
{
	m->task = kthread_run(mole_thread, m, "mole");
	return PTR_ERR_OR_ZERO(m->task);
}

void mole_stop(struct mole *m)
{
	kthread_stop(m->task);
}
