// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: the two halves of an "if (x) { ... }" in separate #ifdef blocks.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()).
 *  - with CONFIG_MODEL the work is under "if (w->open)", whose else branch ends
 *    with "continue"; without, it always runs.  The brace that opens in one block
 *    is closed in the next: the loop's own closing brace is the last one.
 *  - "continue" exists in one configuration only.
 *  - a plain #ifdef with whole statements in it (the freeze) is harmless: one
 *    checkpoint that exists in one configuration only.
 *  - checkpoints: the head, try_to_freeze() with CONFIG_MODEL.
 *  - sleeps: wait_event_interruptible() at the head.
 *  - carried: nothing; "n" is scratch.
 *  - back edge: no lock, state RUNNING.
 *  - made by wicket_start(), woken by wicket_knock(), stopped by wicket_stop().
 */
#include <linux/freezer.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/wait.h>

struct wicket {
	struct wait_queue_head wait;
	struct task_struct *task;
	unsigned int knocks;
	bool open;
};

void wicket_let_in(struct wicket *w, unsigned int n);

static int wicket_thread(void *arg)
{
	struct wicket *w = arg;
	unsigned int n;

#ifdef CONFIG_MODEL
	set_freezable();
#endif
	while (!kthread_should_stop()) {
		wait_event_interruptible(w->wait, READ_ONCE(w->knocks) ||
					 kthread_should_stop());
#ifdef CONFIG_MODEL
		try_to_freeze();
#endif

#if defined(CONFIG_MODEL)
		if (w->open) {
#endif
			n = w->knocks;
			w->knocks -= n;
			wicket_let_in(w, n);
#if defined(CONFIG_MODEL)
		} else {
			w->knocks = 0;
			continue;
		}
#endif

		if (n > 100)
			pr_info("wicket: a crowd\n");
	}
	return 0;
}

void wicket_knock(struct wicket *w)
{
	w->knocks++;
	wake_up(&w->wait);
}

int wicket_start(struct wicket *w)
{
	init_waitqueue_head(&w->wait);
	w->task = kthread_run(wicket_thread, w, "wicket");
	return PTR_ERR_OR_ZERO(w->task);
}

void wicket_stop(struct wicket *w)
{
	kthread_stop(w->task);
}
