// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: the main loop is a label and a "goto" backwards, there is no keyword.
 *
 * What the tool has to see:
 *  - main loop: from "repeat" to the last "goto repeat".  Two back edges: one
 *    from the middle (more work is left), one from the end.
 *  - checkpoints: the stop test below the label, right after the state was set;
 *    it leaves through "return".  try_to_freeze() in the middle.
 *  - sleeps: schedule() in tail position, in the "else" of an if.
 *  - the inner do-while has no sleep and no checkpoint: not a main loop.
 *  - carried: "done" (counted over all iterations, printed at the stop).
 *  - back edge: no lock; RUNNING on the early one, RUNNING after schedule() on
 *    the last one.
 *  - made by plough_start(), woken by plough_add(), stopped by plough_stop().
 */
#include <linux/freezer.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/spinlock.h>

struct furrow {
	struct list_head node;
	unsigned int metres;
};

struct plough {
	spinlock_t lock;
	struct list_head furrows;
	struct task_struct *task;
};

void plough_one(struct plough *p, unsigned int metre);

static int plough_thread(void *arg)
{
	struct plough *p = arg;
	struct furrow *f;
	unsigned int done = 0;

	set_freezable();

repeat:
	set_current_state(TASK_INTERRUPTIBLE);
	if (unlikely(kthread_should_stop())) {
		pr_info("plough: %u done\n", done);
		__set_current_state(TASK_RUNNING);
		return 0;
	}

	spin_lock_irq(&p->lock);
	f = list_first_entry_or_null(&p->furrows, struct furrow, node);
	if (f)
		list_del(&f->node);
	spin_unlock_irq(&p->lock);

	if (f) {
		__set_current_state(TASK_RUNNING);
		do {
			plough_one(p, f->metres);
		} while (f->metres-- > 0);
		done++;
		try_to_freeze();
		goto repeat;
	} else {
		schedule();
	}

	try_to_freeze();
	goto repeat;
}

void plough_add(struct plough *p, struct furrow *f)
{
	spin_lock_irq(&p->lock);
	list_add_tail(&f->node, &p->furrows);
	spin_unlock_irq(&p->lock);
	wake_up_process(p->task);
}

int plough_start(struct plough *p)
{
	spin_lock_init(&p->lock);
	INIT_LIST_HEAD(&p->furrows);
	p->task = kthread_run(plough_thread, p, "plough");
	return PTR_ERR_OR_ZERO(p->task);
}

void plough_stop(struct plough *p)
{
	kthread_stop(p->task);
}
