// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Model: an event thread that waits at the head of its loop with wait_event.
 *
 * What the tool has to see:
 *  - main loop: for (;;), left by the "break" after the wait.
 *  - checkpoints: the stop test in the condition of the wait only ends the
 *    wait; the one after it ends the loop.  Both are needed.
 *  - sleeps: wait_event_interruptible() at the head.  Its condition is evaluated
 *    many times and has an effect-free call in it.
 *  - carried: "seen" is the number of the last event; it is handed to the
 *    condition, and written at the end of the iteration.
 *  - back edge: no lock, state RUNNING.
 *  - made by puff_start(), woken through puff->wait by puff_event(), stopped by
 *    puff_stop().
 */
#include <linux/kthread.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct puff {
	spinlock_t lock;
	struct wait_queue_head wait;
	struct task_struct *thread;
	unsigned int events;
};

void puff_adjust(struct puff *p, unsigned int steps);

static unsigned int puff_events(struct puff *p)
{
	return READ_ONCE(p->events);
}

static int puff_thread(void *arg)
{
	struct puff *p = arg;
	unsigned int seen = 0;

	for (;;) {
		unsigned int now;

		wait_event_interruptible(p->wait,
					 puff_events(p) != seen ||
					 kthread_should_stop());
		if (kthread_should_stop())
			break;

		spin_lock(&p->lock);
		now = p->events;
		spin_unlock(&p->lock);

		puff_adjust(p, now - seen);
		seen = now;
	}

	return 0;
}

void puff_event(struct puff *p)
{
	spin_lock(&p->lock);
	p->events++;
	spin_unlock(&p->lock);
	wake_up_interruptible(&p->wait);
}

int puff_start(struct puff *p)
{
	spin_lock_init(&p->lock);
	init_waitqueue_head(&p->wait);
	p->events = 0;
	p->thread = kthread_run(puff_thread, p, "puff");
	if (IS_ERR(p->thread))
		return PTR_ERR(p->thread);
	return 0;
}

void puff_stop(struct puff *p)
{
	kthread_stop(p->thread);
	p->thread = NULL;
}
