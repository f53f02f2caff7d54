// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: for loops whose head holds the sleep, or a declaration.
 *
 * What the tool has to see:
 *  - reel_thread(): for (pos = 0; !stop; pos = reel_next(r, pos), msleep(5)).
 *    The sleep is in the third part: "continue" does not skip it.
 *  - spin_thread(): for (int left = ...; ; left--) with its own variable in the
 *    head and an empty second part; it ends by "return" in mid-body, after the
 *    stop test.
 *  - carried: "pos", which is not read after the loop; "left".
 *  - checkpoints: the head of the first, the test in mid-body of the second.
 *  - sleeps: msleep() in the head; schedule_timeout_interruptible() in tail.
 *  - back edges: no lock, state RUNNING.
 *  - made by reel_start(), stopped by reel_stop(); woken by nobody.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct reel {
	struct task_struct *task;
	struct task_struct *spin;
	unsigned int length;
	unsigned int knots;
};

unsigned int reel_next(struct reel *r, unsigned int pos);
int reel_wind(struct reel *r, unsigned int pos);
void reel_turn(struct reel *r);

static int reel_thread(void *arg)
{
	struct reel *r = arg;
	unsigned int pos;

	for (pos = 0; !kthread_should_stop(); pos = reel_next(r, pos), msleep(5)) {
		if (pos >= r->length)
			continue;
		if (reel_wind(r, pos) < 0)
			r->knots++;
	}
	return 0;
}

static int spin_thread(void *arg)
{
	struct reel *r = arg;

	for (int left = r->length; ; left--) {
		if (kthread_should_stop())
			return left;
		if (left > 0)
			reel_turn(r);
		schedule_timeout_interruptible(HZ);
	}
}

int reel_start(struct reel *r)
{
	r->task = kthread_run(reel_thread, r, "reel");
	if (IS_ERR(r->task))
		return PTR_ERR(r->task);

	r->spin = kthread_run(spin_thread, r, "reel_spin");
	if (IS_ERR(r->spin)) {
		kthread_stop(r->task);
		return PTR_ERR(r->spin);
	}
	return 0;
}

void reel_stop(struct reel *r)
{
	kthread_stop(r->spin);
	kthread_stop(r->task);
}
