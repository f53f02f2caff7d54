// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: the stop test is assigned to a variable.
 *
 * What the tool has to see:
 *  - kiln_thread(): while (!(stop = kthread_should_stop())).  "stop" is read in
 *    the tail: it is 1 after a normal stop, 0 after the "break".
 *  - oven_thread(): the variable is written in mid-body and is the condition of
 *    the do-while: the body runs to its end in the iteration that saw the stop.
 *    To leave at the test would skip the last oven_cool().
 *  - checkpoints: the assignment in either thread.
 *  - sleeps: schedule_timeout_interruptible() in tail position; in oven_thread()
 *    it is in mid-body.
 *  - carried: "stop" is read after the loop in both; "heat" in kiln_thread().
 *  - after its "break" kiln_thread() waits to die.
 *  - back edges: no lock, state RUNNING.
 *  - made by kiln_start(), stopped by kiln_stop(); woken by nobody.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct kiln {
	struct task_struct *kiln;
	struct task_struct *oven;
};

int kiln_fire(struct kiln *k, int heat);
void oven_heat(struct kiln *k);
void oven_cool(struct kiln *k);

static int kiln_thread(void *arg)
{
	struct kiln *k = arg;
	int heat = 20;
	int stop;

	while (!(stop = kthread_should_stop())) {
		heat = kiln_fire(k, heat);
		if (heat < 0)
			break;
		schedule_timeout_interruptible(HZ);
	}

	if (!stop) {
		pr_err("kiln: fire is out\n");
		while (!kthread_should_stop())
			schedule_timeout_interruptible(HZ);
	}
	return 0;
}

static int oven_thread(void *arg)
{
	struct kiln *k = arg;
	bool stop;

	do {
		oven_heat(k);
		stop = kthread_should_stop();
		if (!stop)
			schedule_timeout_interruptible(10 * HZ);
		oven_cool(k);
	} while (!stop);

	return stop ? 0 : -EIO;
}

int kiln_start(struct kiln *k)
{
	k->kiln = kthread_run(kiln_thread, k, "kiln");
	if (IS_ERR(k->kiln))
		return PTR_ERR(k->kiln);

	k->oven = kthread_run(oven_thread, k, "oven");
	if (IS_ERR(k->oven)) {
		kthread_stop(k->kiln);
		return PTR_ERR(k->oven);
	}
	return 0;
}

void kiln_stop(struct kiln *k)
{
	kthread_stop(k->oven);
	kthread_stop(k->kiln);
}
