// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Model: a polling thread for a slow management controller without interrupts.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()).
 *  - checkpoints: only the head.
 *  - sleeps: five ways in one switch, all in tail position: not at all,
 *    schedule() with the state RUNNING (a yield), usleep_range(),
 *    schedule_timeout_interruptible() with two values, and an unbounded
 *    schedule().  The "break"s belong to the switch.
 *  - the unbounded one sets the state and does not test again whether there is
 *    work: a wake-up may get lost there (the timer of the real thing hides it).
 *  - carried: "spin", a struct local that is handed to a helper by address and
 *    written there.  "state" and "flags" are scratch, "busy" is block-local.
 *  - back edge: lock dropped, state RUNNING.
 *  - made by mgmt_probe(), woken by mgmt_send(), stopped by mgmt_remove().
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/spinlock.h>

enum mgmt_state { MGMT_IDLE, MGMT_NOW, MGMT_SOON, MGMT_LATER };

struct mgmt_dev {
	spinlock_t lock;
	struct task_struct *poller;
	unsigned int max_spin_us;
	bool updating;
	bool watched;
};

/* How long the thread has been spinning. */
struct mgmt_spin {
	ktime_t since;
	bool running;
};

enum mgmt_state mgmt_step(struct mgmt_dev *dev);
void mgmt_queue(struct mgmt_dev *dev, void *msg);

static bool mgmt_may_spin(struct mgmt_dev *dev, enum mgmt_state state, struct mgmt_spin *spin)
{
	if (state == MGMT_IDLE) {
		spin->running = false;
		return false;
	}
	if (!spin->running) {
		spin->running = true;
		spin->since = ktime_get();
	}
	return ktime_us_delta(ktime_get(), spin->since) < dev->max_spin_us;
}

static int mgmt_poller(void *data)
{
	struct mgmt_dev *dev = data;
	struct mgmt_spin spin = { .running = false };
	enum mgmt_state state;
	unsigned long flags;

	while (!kthread_should_stop()) {
		bool busy;

		spin_lock_irqsave(&dev->lock, flags);
		state = mgmt_step(dev);
		spin_unlock_irqrestore(&dev->lock, flags);

		busy = mgmt_may_spin(dev, state, &spin);
		switch (state) {
		case MGMT_NOW:
			break; /* straight on */
		case MGMT_IDLE:
			if (dev->watched) {
				schedule_timeout_interruptible(100);
				break;
			}
			__set_current_state(TASK_INTERRUPTIBLE);
			schedule();
			break;
		case MGMT_SOON:
			if (!busy)
				schedule_timeout_interruptible(1);
			else if (dev->updating)
				schedule();
			else
				usleep_range(100, 200);
			break;
		default:
			schedule_timeout_interruptible(1);
		}
	}
	return 0;
}

void mgmt_send(struct mgmt_dev *dev, void *msg)
{
	unsigned long flags;

	spin_lock_irqsave(&dev->lock, flags);
	mgmt_queue(dev, msg);
	if (dev->poller)
		wake_up_process(dev->poller);
	spin_unlock_irqrestore(&dev->lock, flags);
}

int mgmt_probe(struct mgmt_dev *dev, int nr)
{
	spin_lock_init(&dev->lock);
	dev->poller = kthread_run(mgmt_poller, dev, "kmgmt%d", nr);
	return PTR_ERR_OR_ZERO(dev->poller);
}

void mgmt_remove(struct mgmt_dev *dev)
{
	kthread_stop(dev->poller);
}
