// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Model: a background collector that is driven by signals.
 *
 * SIGHUP wakes the thread of a log store, SIGKILL ends it; the owner then waits
 * on a completion.  Nobody calls kthread_stop().
 *
 * What the tool has to see:
 *  - main loop: the for (;;); the inner while only eats signals.
 *  - checkpoints: kthread_should_stop(), try_to_freeze(), and a case of the
 *    switch.  "goto out" leaves from three places; two of them (SIGKILL, store
 *    full) mean "I end by myself".
 *  - "goto rescan" leaves the inner loop for a label below the first statement
 *    of the body.  The "break"s in the switch stay there.
 *  - sleeps: schedule(), its state set under the lock; a throttle of 40 ms.
 *  - carried: "hup" is constant, but its address is taken; "idle" is scratch.
 *  - back edge: no lock held, state is RUNNING, SIGHUP is blocked.
 *  - made by brook_sweeper_start(), woken by brook_sweeper_kick(), stopped by
 *    a private stop: brook_sweeper_end().
 */
#include <linux/completion.h>
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>

struct brook_store {
	spinlock_t lock;
	struct task_struct *sweeper;
	struct completion up, down;
	unsigned int stale, low_mark;
	int unit;
};

int brook_sweep_one(struct brook_store *st);

static bool brook_needs_sweep(struct brook_store *st)
{
	return st->stale > st->low_mark;
}

static int brook_sweeper(void *data)
{
	struct brook_store *st = data;
	sigset_t hup;
	bool idle;

	siginitset(&hup, sigmask(SIGHUP));
	allow_signal(SIGHUP);
	allow_signal(SIGSTOP);
	allow_signal(SIGKILL);

	st->sweeper = current;
	complete(&st->up);
	set_freezable();
	for (;;) {
		sigprocmask(SIG_UNBLOCK, &hup, NULL);
rescan:
		spin_lock(&st->lock);
		idle = !brook_needs_sweep(st);
		if (idle)
			set_current_state(TASK_INTERRUPTIBLE);
		spin_unlock(&st->lock);
		if (idle)
			schedule();
		schedule_timeout_interruptible(msecs_to_jiffies(40));
		if (kthread_should_stop())
			goto out;

		while (signal_pending(current) || freezing(current)) {
			if (try_to_freeze())
				goto rescan;
			switch (kernel_dequeue_signal()) {
			case SIGKILL:
				goto out;
			case SIGSTOP:
				kernel_signal_stop();
				break;
			}
		}

		sigprocmask(SIG_BLOCK, &hup, NULL);
		if (brook_sweep_one(st) == -ENOSPC)
			goto out;
	}
out:
	spin_lock(&st->lock);
	st->sweeper = NULL;
	spin_unlock(&st->lock);
	kthread_complete_and_exit(&st->down, 0);
}

/* The caller holds st->lock. */
void brook_sweeper_kick(struct brook_store *st)
{
	if (st->sweeper && brook_needs_sweep(st))
		send_sig(SIGHUP, st->sweeper, 1);
}

int brook_sweeper_start(struct brook_store *st)
{
	struct task_struct *task;

	init_completion(&st->up);
	init_completion(&st->down);
	task = kthread_run(brook_sweeper, st, "brook%d", st->unit);
	if (IS_ERR(task))
		return PTR_ERR(task);
	wait_for_completion(&st->up);
	return 0;
}

void brook_sweeper_end(struct brook_store *st)
{
	spin_lock(&st->lock);
	if (st->sweeper)
		send_sig(SIGKILL, st->sweeper, 1);
	spin_unlock(&st->lock);
	wait_for_completion(&st->down);
}
