// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: a for loop whose third part does something.
 *
 * What the tool has to see:
 *  - main loop: for (; !kthread_should_stop(); n++).
 *  - "continue" still runs "n++"; "break" does not.  To turn the body into a
 *    function, the third part has to run on each way that goes on.
 *  - "n" is initialised in the prologue, counted in the head, read in the body
 *    and after the loop: carried.
 *  - checkpoints: the head.
 *  - sleeps: schedule_timeout_interruptible() in tail position; the "continue"
 *    of the odd turns has none, the other one has udelay(), which does not sleep.
 *  - back edge: no lock, state RUNNING.
 *  - made by comb_start(), stopped by comb_stop(); woken by nobody.  It may end
 *    its work early and then waits for the stop.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct comb {
	struct task_struct *task;
	unsigned int teeth;
};

int comb_pull(struct comb *c, unsigned int tooth);

static int comb_thread(void *arg)
{
	struct comb *c = arg;
	unsigned int n = 0;

	for (; !kthread_should_stop(); n++) {
		int err;

		if (n & 1)
			continue;

		err = comb_pull(c, n % c->teeth);
		if (err == -EBUSY) {
			udelay(10);
			continue;
		}
		if (err)
			break;

		schedule_timeout_interruptible(HZ / 10);
	}

	pr_info("comb: %u turns\n", n);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(MAX_SCHEDULE_TIMEOUT);
	return 0;
}

int comb_start(struct comb *c, unsigned int teeth)
{
	c->teeth = max_t(unsigned int, teeth, 1);
	c->task = kthread_run(comb_thread, c, "comb");
	return PTR_ERR_OR_ZERO(c->task);
}

void comb_stop(struct comb *c)
{
	kthread_stop(c->task);
}
