// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Finding: a thread that may end by itself, although it is stopped later.
 *
 * The counterpart of linger.c.  Two threads with the same body; only the way
 * they are kept differs.
 *
 * What the tool has to see:
 *  - horn_thread(): main loop with a "return" in the middle, i.e. it may be gone
 *    before anybody calls kthread_stop().
 *  - horn->left is stopped without a reference: kthread_stop() may touch a task
 *    that does not exist any more.  This is the finding.
 *  - horn->right is the control: get_task_struct() right after the creation of
 *    a task that does not run yet, put_task_struct() after the stop.  No finding.
 *  - checkpoints: the head.  sleeps: schedule_timeout_interruptible(), tail.
 *  - carried: nothing.  back edge: no lock, state RUNNING.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>

struct horn {
	struct task_struct *left;
	struct task_struct *right;
};

int horn_blow(struct horn *h);

static int horn_thread(void *data)
{
	struct horn *h = data;

	while (!kthread_should_stop()) {
		int err = horn_blow(h);

		if (err)
			return err;
		schedule_timeout_interruptible(HZ);
	}
	return 0;
}

int horn_open_left(struct horn *h)
{
	h->left = kthread_run(horn_thread, h, "horn_left");
	return PTR_ERR_OR_ZERO(h->left);
}

int horn_open_right(struct horn *h)
{
	struct task_struct *task;

	task = kthread_create(horn_thread, h, "horn_right");
	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task);
	h->right = task;
	wake_up_process(task);
	return 0;
}

void horn_close_left(struct horn *h)
{
	kthread_stop(h->left);
	h->left = NULL;
}

void horn_close_right(struct horn *h)
{
	kthread_stop(h->right);
	put_task_struct(h->right);
	h->right = NULL;
}
