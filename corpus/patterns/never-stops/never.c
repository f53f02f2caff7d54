// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Finding: an endless loop without any stop test, although its task is passed
 * to kthread_stop().
 *
 * What the tool has to see:
 *  - main loop: for (;;), no "break", no "return", no goto that leaves it; the
 *    "return 0" below it is dead.
 *  - checkpoints: none.  Neither the condition of the wait nor the helper
 *    owl_look() tests stop.
 *  - kthread_stop(owl->task) in owl_remove() waits for ever: this is the
 *    finding.  It follows from the same field being written by kthread_run()
 *    and read by kthread_stop().
 *  - sleeps: wait_event_interruptible() at the head.
 *  - the "break" in the switch is not a way out of the main loop.
 *  - carried: "nights".  back edge: no lock, state RUNNING.
 *  - made by owl_probe(), woken by owl_hoot().
 *  - controls: private-flag.c and right.c give no such finding.
 */
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/wait.h>

struct owl {
	struct wait_queue_head wait;
	struct task_struct *task;
	unsigned int hoots;
};

int owl_look(struct owl *owl);

static int owl_thread(void *arg)
{
	struct owl *owl = arg;
	unsigned int nights = 0;

	for (;;) {
		wait_event_interruptible(owl->wait, READ_ONCE(owl->hoots));
		owl->hoots = 0;
		nights++;

		switch (owl_look(owl)) {
		case 0:
			break;
		default:
			pr_info("owl: a mouse in night %u\n", nights);
		}
	}
	return 0;
}

void owl_hoot(struct owl *owl)
{
	owl->hoots++;
	wake_up(&owl->wait);
}

struct owl *owl_probe(void)
{
	struct owl *owl = kzalloc(sizeof(*owl), GFP_KERNEL);

	if (!owl)
		return NULL;
	init_waitqueue_head(&owl->wait);
	owl->task = kthread_run(owl_thread, owl, "owl");
	if (IS_ERR(owl->task)) {
		kfree(owl);
		return NULL;
	}
	return owl;
}

void owl_remove(struct owl *owl)
{
	kthread_stop(owl->task);
	kfree(owl);
}
