// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Sleeps that end an iteration, with the state set by hand.
 *
 * What the tool has to see:
 *  - toad_waits(): set_current_state() and schedule(), side by side at the end.
 *  - toad_naps(): the same with a timeout; one way through the body skips it.
 *  - toad_dozes(): a state of its own, TASK_IDLE, which a stop does not end.
 *  - toad_looks(): the state is set before the condition is tested.  A wake-up
 *    between the two must not get lost.
 *  - toad_counts(): the timeout is a local that was found to be other than 0.
 *  - checkpoints: the heads.
 *  - carried: "left" in toad_counts().
 *  - back edges: no lock, state RUNNING.
 *  - made by toad_hatch(); woken by toad_poke(); stopped by toad_kiss().
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct toad {
	struct task_struct *task[5];
	bool flies;
};

long toad_eat(struct toad *t);

static int toad_waits(void *data)
{
	struct toad *t = data;

	while (!kthread_should_stop()) {
		toad_eat(t);
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
	return 0;
}

static int toad_naps(void *data)
{
	struct toad *t = data;

	while (!kthread_should_stop()) {
		if (toad_eat(t) > 0)
			continue;
		set_current_state(TASK_INTERRUPTIBLE);
		schedule_timeout(HZ / 4);
	}
	return 0;
}

static int toad_dozes(void *data)
{
	struct toad *t = data;

	for (;;) {
		toad_eat(t);
		set_current_state(TASK_IDLE);
		schedule_timeout(60 * HZ);
	}
	return 0;
}

static int toad_looks(void *data)
{
	struct toad *t = data;

	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!READ_ONCE(t->flies)) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
		toad_eat(t);
	}
	return 0;
}

static int toad_counts(void *data)
{
	struct toad *t = data;
	long left = HZ;

	while (!kthread_should_stop()) {
		left = toad_eat(t) - left;
		if (left > 0)
			schedule_timeout_interruptible(left);
	}
	return 0;
}

void toad_hatch(struct toad *t)
{
	t->task[0] = kthread_run(toad_waits, t, "toad/0");
	t->task[1] = kthread_run(toad_naps, t, "toad/1");
	kthread_run(toad_dozes, t, "toad/2");
	t->task[3] = kthread_run(toad_looks, t, "toad/3");
	t->task[4] = kthread_run(toad_counts, t, "toad/4");
}

void toad_poke(struct toad *t)
{
	WRITE_ONCE(t->flies, true);
	wake_up_process(t->task[0]);
	wake_up_process(t->task[3]);
}

void toad_kiss(struct toad *t)
{
	kthread_stop(t->task[0]);
	kthread_stop(t->task[1]);
	kthread_stop(t->task[3]);
	kthread_stop(t->task[4]);
}
