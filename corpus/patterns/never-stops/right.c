// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Control for never.c: the same thread, done right.
 *
 * What the tool has to see:
 *  - main loop: for (;;), left by "break" after the stop test.
 *  - checkpoints: the stop test in the condition of the wait, which ends the
 *    sleep, and the one after it, which ends the loop.
 *  - stork_remove() passes the task to kthread_stop(): no finding.
 *  - stork_watch() beside it is an endless loop without a stop test too, but its
 *    task is never passed to kthread_stop(): no finding either.
 *  - sleeps: wait_event_interruptible() at the head; in the other thread
 *    schedule_timeout_idle() at the foot.
 *  - carried: nothing.  back edges: no lock, state RUNNING.
 *  - made by stork_probe(), woken by stork_clatter(), the first one stopped by
 *    stork_remove().
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/wait.h>

struct stork {
	struct wait_queue_head wait;
	struct task_struct *task;
	unsigned int calls;
};

static struct task_struct *stork_watcher;

void stork_fetch(struct stork *s);
void stork_count(void);

static int stork_thread(void *arg)
{
	struct stork *s = arg;

	for (;;) {
		wait_event_interruptible(s->wait, READ_ONCE(s->calls) ||
					 kthread_should_stop());
		if (kthread_should_stop())
			break;
		s->calls = 0;
		stork_fetch(s);
	}
	return 0;
}

/* Shared by all storks, lives as long as the system. */
static int stork_watch(void *unused)
{
	for (;;) {
		stork_count();
		schedule_timeout_idle(60 * HZ);
	}
	return 0;
}

void stork_clatter(struct stork *s)
{
	s->calls++;
	wake_up(&s->wait);
}

int stork_probe(struct stork *s)
{
	if (IS_ERR_OR_NULL(stork_watcher))
		stork_watcher = kthread_run(stork_watch, NULL, "storkwatch");

	init_waitqueue_head(&s->wait);
	s->task = kthread_run(stork_thread, s, "stork");
	return PTR_ERR_OR_ZERO(s->task);
}

void stork_remove(struct stork *s)
{
	kthread_stop(s->task);
}
