// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A thread that nobody stops: the module waits for its completion, and is gone right
 * after. The thread must not be in the module's text then.
 */
#include <linux/delay.h>
#include <linux/kthread_iterant.h>
#include <linux/module.h>

static DECLARE_COMPLETION(gone);
static bool leaving;
static struct task_struct *task;

static void func(void *data)
{
	set_kthread_iterant_sleep(data, TASK_IDLE);
	if (READ_ONCE(leaving)) {
		clear_kthread_iterant_sleep(data);
		kthread_iterant_stop_current(data, 0);
	}
}

static struct kthread_iterant iterant = {
	.data = &iterant,
	.func = func,
	.done = &gone,
};

static int __init unload_init(void)
{
	task = kthread_iterant_run(&iterant, "kti_unload");
	return PTR_ERR_OR_ZERO(task);
}

static void __exit unload_exit(void)
{
	WRITE_ONCE(leaving, true);
	wake_up_process(task);
	wait_for_completion(&gone);
	put_task_struct(task);
}

module_init(unload_init);
module_exit(unload_exit);
MODULE_DESCRIPTION("Unloads itself under a kthread iterant");
MODULE_LICENSE("Dual MIT/GPL");
