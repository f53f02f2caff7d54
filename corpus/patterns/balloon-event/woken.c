// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Model: a memory balloon whose thread waits with a wait queue entry of its
 * own on the stack.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()).  The for (;;) in it is a wait:
 *    its "break" belongs to it.
 *  - checkpoints: the head, and inside the wait both a stop test and freezing();
 *    try_to_freeze() after the wait.
 *  - sleeps: wait_woken(), which sets the task state itself.
 *  - carried: "wait" is an on-stack wait queue entry whose address is in the
 *    queue while the thread waits.  It is on no queue on the back edge.
 *    "diff" is scratch.
 *  - back edge: no lock, state RUNNING, entry removed.
 *  - made by sack_probe(), woken through sack->changed by sack_config_changed(),
 *    stopped by sack_remove().
 */
#include <linux/freezer.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/wait.h>

struct sack {
	struct wait_queue_head changed;
	struct task_struct *thread;
	bool report_due;
	s64 pages;
	s64 target;
};

void sack_fill(struct sack *s, size_t n);
void sack_leak(struct sack *s, size_t n);
void sack_report(struct sack *s);

static s64 sack_distance(struct sack *s)
{
	return READ_ONCE(s->target) - s->pages;
}

static int sack_thread(void *arg)
{
	struct sack *s = arg;
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	set_freezable();
	while (!kthread_should_stop()) {
		s64 diff;

		add_wait_queue(&s->changed, &wait);
		for (;;) {
			diff = sack_distance(s);
			if (diff != 0 || s->report_due)
				break;
			if (kthread_should_stop() || freezing(current))
				break;
			wait_woken(&wait, TASK_INTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
		}
		remove_wait_queue(&s->changed, &wait);

		try_to_freeze();
		if (s->report_due)
			sack_report(s);
		if (diff > 0)
			sack_fill(s, diff);
		else if (diff < 0)
			sack_leak(s, -diff);
		cond_resched();
	}
	return 0;
}

void sack_config_changed(struct sack *s)
{
	wake_up(&s->changed);
}

struct sack *sack_probe(void)
{
	struct sack *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return ERR_PTR(-ENOMEM);
	init_waitqueue_head(&s->changed);
	s->thread = kthread_run(sack_thread, s, "sack");
	if (IS_ERR(s->thread)) {
		kfree(s);
		return ERR_PTR(-ENOMEM);
	}
	return s;
}

void sack_remove(struct sack *s)
{
	kthread_stop(s->thread);
	while (s->pages > 0)
		sack_leak(s, s->pages);
	kfree(s);
}
