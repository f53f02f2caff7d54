// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: three loops at the top level of one thread function.
 *
 * What the tool has to see:
 *  - main loop: the second one.  The first one tries to bring the device up and
 *    tests stop as well; the third one empties the queue after the stop.
 *  - the first loop is the prologue: it may end the thread by "goto out" without
 *    the main loop ever running.
 *  - the third loop is the epilogue; it has no sleep and no stop test.  The wait
 *    below it keeps a thread without a device until kthread_stop().
 *  - checkpoints: head of the first and the second loop.
 *  - sleeps: msleep_interruptible() in the first; wait_event_interruptible() in
 *    the second.
 *  - carried: "tries" only inside the first loop.  "ready" is written in the
 *    first and read in the third: it must outlive all of them.  "d" is scratch
 *    in both others.
 *  - back edge of the main loop: no lock, state RUNNING.
 *  - made by tank_attach(), woken by tank_pour(), stopped by tank_detach().
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct drop {
	struct list_head node;
};

struct tank {
	spinlock_t lock;
	struct list_head drops;
	struct wait_queue_head wait;
	struct task_struct *task;
};

int tank_power_on(struct tank *t);
void tank_power_off(struct tank *t);
void tank_use(struct tank *t, struct drop *d);
void tank_spill(struct drop *d);

static struct drop *tank_take(struct tank *t)
{
	struct drop *d;

	spin_lock(&t->lock);
	d = list_first_entry_or_null(&t->drops, struct drop, node);
	if (d)
		list_del(&d->node);
	spin_unlock(&t->lock);
	return d;
}

static int tank_thread(void *arg)
{
	struct tank *t = arg;
	struct drop *d;
	bool ready = false;
	int tries = 0;

	while (!kthread_should_stop()) {
		ready = tank_power_on(t) == 0;
		if (ready || ++tries == 10)
			break;
		msleep_interruptible(500);
	}
	if (!ready)
		goto out;

	while (!kthread_should_stop()) {
		wait_event_interruptible(t->wait, !list_empty(&t->drops) ||
					 kthread_should_stop());
		d = tank_take(t);
		if (d)
			tank_use(t, d);
	}

out:
	while ((d = tank_take(t)))
		tank_spill(d);
	if (ready)
		tank_power_off(t);

	wait_event_interruptible(t->wait, kthread_should_stop());
	return 0;
}

void tank_pour(struct tank *t, struct drop *d)
{
	spin_lock(&t->lock);
	list_add_tail(&d->node, &t->drops);
	spin_unlock(&t->lock);
	wake_up(&t->wait);
}

int tank_attach(struct tank *t)
{
	spin_lock_init(&t->lock);
	INIT_LIST_HEAD(&t->drops);
	init_waitqueue_head(&t->wait);
	t->task = kthread_run(tank_thread, t, "tank");
	return PTR_ERR_OR_ZERO(t->task);
}

void tank_detach(struct tank *t)
{
	kthread_stop(t->task);
}
