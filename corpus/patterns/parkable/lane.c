// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: a thread per CPU that can be parked.
 *
 * What the tool has to see:
 *  - made by kthread_create_on_cpu(): its fourth argument is a format with one
 *    "%u" for the CPU, no varargs.  The thread is created, then woken.
 *  - main loop: while (!kthread_should_stop()).
 *  - checkpoints: the head; kthread_should_park() with kthread_parkme(); both
 *    once more between setting the state and schedule().
 *  - the order matters: parkme, then "continue", so that stop is tested again
 *    after the thread was unparked (kthread_stop() unparks).
 *  - sleeps: schedule() in tail position; parked is a sleep as well.
 *  - carried: "rounds"; it must live through park and unpark.
 *  - back edge: no lock, state RUNNING.
 *  - woken by lane_put() through wake_up_process(); parked by lane_suspend(),
 *    unparked by lane_resume(), stopped by lane_close().
 */
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>

struct lane {
	spinlock_t lock;
	struct list_head cars;
	struct task_struct *task;
};

static DEFINE_PER_CPU(struct lane, lanes);

bool lane_move(struct lane *lane);

static int lane_thread(void *arg)
{
	struct lane *lane = arg;
	unsigned int rounds = 0;

	while (!kthread_should_stop()) {
		if (kthread_should_park()) {
			pr_debug("lane: parks after %u rounds\n", rounds);
			kthread_parkme();
			continue;
		}

		while (lane_move(lane))
			rounds++;

		set_current_state(TASK_INTERRUPTIBLE);
		if (list_empty(&lane->cars) && !kthread_should_stop() &&
		    !kthread_should_park())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

void lane_put(unsigned int cpu, struct list_head *car)
{
	struct lane *lane = per_cpu_ptr(&lanes, cpu);

	spin_lock_bh(&lane->lock);
	list_add_tail(car, &lane->cars);
	spin_unlock_bh(&lane->lock);
	wake_up_process(lane->task);
}

int lane_open(unsigned int cpu)
{
	struct lane *lane = per_cpu_ptr(&lanes, cpu);
	struct task_struct *task;

	spin_lock_init(&lane->lock);
	INIT_LIST_HEAD(&lane->cars);
	task = kthread_create_on_cpu(lane_thread, lane, cpu, "lane/%u");
	if (IS_ERR(task))
		return PTR_ERR(task);
	lane->task = task;
	wake_up_process(task);
	return 0;
}

int lane_suspend(void)
{
	unsigned int cpu;
	int err = 0;

	for_each_online_cpu(cpu) {
		err = kthread_park(per_cpu(lanes, cpu).task);
		if (err)
			break;
	}
	return err;
}

void lane_resume(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		kthread_unpark(per_cpu(lanes, cpu).task);
}

void lane_close(unsigned int cpu)
{
	kthread_stop(per_cpu(lanes, cpu).task);
}
