// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: a spinlock that is held over the back edge.
 *
 * The thread of a simple block device takes requests off a queue.  It takes
 * the queue lock once, before the loop, and only lets go of it to sleep or to
 * work.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()); the stop test runs under the
 *    lock, with interrupts off.
 *  - back edge: drum->lock is held, on the foot of the loop and on "continue".
 *    No checkpoint that sleeps (freeze, park, schedule) may be put there.
 *  - the lock is dropped in two places of the body and taken again; it is
 *    dropped for the last time after the loop.
 *  - sleeps: schedule() without the lock, its state set with the lock held; the
 *    stop recheck sits between the two.
 *  - carried: "req" is kept when drum_transfer() wants another round, that is,
 *    it is read at the top of the next iteration and handed back after the loop.
 *  - made by drum_add(), woken by drum_submit(), stopped by drum_del().
 */
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/spinlock.h>

struct drum_req {
	struct list_head node;
	int error;
};

struct drum {
	spinlock_t lock;
	struct list_head queue;
	struct task_struct *thread;
};

int drum_transfer(struct drum *drum, struct drum_req *req);
void drum_end(struct drum_req *req, int error);

/* Called with the lock held. */
static struct drum_req *drum_fetch(struct drum *drum)
{
	struct drum_req *req;

	req = list_first_entry_or_null(&drum->queue, struct drum_req, node);
	if (req)
		list_del_init(&req->node);
	return req;
}

static int drum_thread(void *arg)
{
	struct drum *drum = arg;
	struct drum_req *req = NULL;

	spin_lock_irq(&drum->lock);
	while (!kthread_should_stop()) {
		int err;

		if (!req)
			req = drum_fetch(drum);
		if (!req) {
			set_current_state(TASK_INTERRUPTIBLE);
			spin_unlock_irq(&drum->lock);
			if (!kthread_should_stop())
				schedule();
			__set_current_state(TASK_RUNNING);
			spin_lock_irq(&drum->lock);
			continue;
		}
		spin_unlock_irq(&drum->lock);

		err = drum_transfer(drum, req);

		spin_lock_irq(&drum->lock);
		if (err != -EAGAIN) {
			drum_end(req, err);
			req = NULL;
		}
	}
	if (req)
		drum_end(req, -EIO);
	spin_unlock_irq(&drum->lock);
	return 0;
}

void drum_submit(struct drum *drum, struct drum_req *req)
{
	unsigned long flags;

	spin_lock_irqsave(&drum->lock, flags);
	list_add_tail(&req->node, &drum->queue);
	spin_unlock_irqrestore(&drum->lock, flags);
	wake_up_process(drum->thread);
}

int drum_add(struct drum *drum, int nr)
{
	spin_lock_init(&drum->lock);
	INIT_LIST_HEAD(&drum->queue);
	drum->thread = kthread_run(drum_thread, drum, "drum%d", nr);
	return PTR_ERR_OR_ZERO(drum->thread);
}

void drum_del(struct drum *drum)
{
	kthread_stop(drum->thread);
}
