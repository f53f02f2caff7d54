// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A thread that can fail before its loop begins, and cleans up behind it.
 *
 * What the tool has to see:
 *  - main loops: a while and a do-while, both on !kthread_should_stop().
 *  - before it the thread takes memory and gives an error back if there is none:
 *    neither an iteration nor the end behind the loop runs then.
 *  - behind it the memory is given back, and in kettle_thread() the last error is
 *    the result.
 *  - sleeps: schedule_timeout_interruptible() in tail position.
 *  - read behind the loop: "err"; "cup" is constant in the loop and is
 *    needed in all three parts.
 *  - back edges: no lock, state RUNNING.
 *  - made by kettle_plug(), stopped by kettle_unplug(), which looks at the result.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/slab.h>

struct cup {
	unsigned int sugar;
};

struct kettle {
	struct task_struct *task;
	bool dry;
};

int kettle_pour(struct kettle *k, struct cup *cup);

static int kettle_thread(void *data)
{
	struct kettle *k = data;
	struct cup *cup;
	int err = 0;

	cup = kzalloc(sizeof(*cup), GFP_KERNEL);
	if (!cup)
		return -ENOMEM;
	cup->sugar = 2;

	while (!kthread_should_stop()) {
		err = kettle_pour(k, cup);
		if (err)
			k->dry = true;
		schedule_timeout_interruptible(HZ);
	}

	kfree(cup);
	return err;
}

static int kettle_boils(void *data)
{
	struct kettle *k = data;
	struct cup *cup = kzalloc(sizeof(*cup), GFP_KERNEL);

	if (!cup)
		return -ENOMEM;
	if (k->dry) {
		kfree(cup);
		return -ENODATA;
	}

	do {
		kettle_pour(k, cup);
		schedule_timeout_interruptible(5 * HZ);
	} while (!kthread_should_stop());

	kfree(cup);
	return 0;
}

int kettle_plug(struct kettle *k, bool boil)
{
	if (boil)
		k->task = kthread_run(kettle_boils, k, "kettle");
	else
		k->task = kthread_run(kettle_thread, k, "kettle");
	return PTR_ERR_OR_ZERO(k->task);
}

int kettle_unplug(struct kettle *k)
{
	return kthread_stop(k->task);
}
