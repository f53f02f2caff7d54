// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Control for never.c: the loop has no kthread_should_stop(), but it ends by a
 * flag of its own.
 *
 * What the tool has to see:
 *  - main loop: for (;;), left by "break" when bat->leaving is set.
 *  - checkpoints: the flag, in the condition of the wait and after it.  It is
 *    set in bat_remove() before kthread_stop(): no finding.
 *  - bat_remove() sets the flag, wakes the thread and calls kthread_stop() only
 *    to wait for its end.  The thread may be gone by then; the reference taken
 *    at the creation keeps the task.
 *  - sleeps: wait_event_interruptible() at the head.
 *  - carried: nothing.  back edge: no lock, state RUNNING.
 *  - made by bat_probe(), woken by bat_squeak(), stopped by bat_remove().
 */
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/wait.h>

struct bat {
	struct wait_queue_head wait;
	struct task_struct *task;
	unsigned int squeaks;
	bool leaving;
};

void bat_fly(struct bat *bat);

static int bat_thread(void *arg)
{
	struct bat *bat = arg;

	for (;;) {
		wait_event_interruptible(bat->wait, READ_ONCE(bat->squeaks) ||
					 READ_ONCE(bat->leaving));
		if (READ_ONCE(bat->leaving))
			break;
		bat->squeaks = 0;
		bat_fly(bat);
	}
	return 0;
}

void bat_squeak(struct bat *bat)
{
	bat->squeaks++;
	wake_up(&bat->wait);
}

int bat_probe(struct bat *bat)
{
	struct task_struct *task;

	init_waitqueue_head(&bat->wait);
	bat->leaving = false;
	task = kthread_create(bat_thread, bat, "bat");
	if (IS_ERR(task))
		return PTR_ERR(task);
	bat->task = get_task_struct(task);
	wake_up_process(task);
	return 0;
}

void bat_remove(struct bat *bat)
{
	WRITE_ONCE(bat->leaving, true);
	wake_up(&bat->wait);
	kthread_stop(bat->task);
	put_task_struct(bat->task);
}
