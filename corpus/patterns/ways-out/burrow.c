// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Ways out of a loop, each to another place.
 *
 * What the tool has to see:
 *  - mole_digs(): a "return" with a value in the body, beside the head: behind
 *    the loop another value is given back.
 *  - hare_runs(): "break" goes behind the loop, "goto gone" skips a part of that.
 *  - vole_hides(): three ends: a stop, a value of its own, and a label right
 *    behind the loop.
 *  - sleeps: schedule_timeout_interruptible() in tail position.
 *  - carried: "deep" in mole_digs(); "err" is read behind the loop in hare_runs().
 *  - back edges: no lock, state RUNNING.
 *  - made by burrow_open(), stopped by burrow_close() with a reference held.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct burrow {
	struct task_struct *task[3];
	unsigned int tunnels;
};

int burrow_dig(struct burrow *b, unsigned int deep);
void burrow_seal(struct burrow *b, int err);

static int mole_digs(void *data)
{
	struct burrow *b = data;
	unsigned int deep = 0;

	while (!kthread_should_stop()) {
		if (burrow_dig(b, deep++) < 0)
			return -EIO;
		schedule_timeout_interruptible(HZ);
	}
	burrow_seal(b, 0);
	return 0;
}

static int hare_runs(void *data)
{
	struct burrow *b = data;
	int err = 0;

	while (!kthread_should_stop()) {
		err = burrow_dig(b, 1);
		if (err == -ENODEV)
			goto gone;
		if (err)
			break;
		schedule_timeout_interruptible(HZ);
	}
	burrow_seal(b, err);
gone:
	pr_info("burrow: the hare is gone: %d\n", err);
	return err;
}

static int vole_hides(void *data)
{
	struct burrow *b = data;

	for (;;) {
		if (kthread_should_stop())
			goto out;
		switch (burrow_dig(b, 2)) {
		case -EAGAIN:
			continue;
		case -ENODEV:
			return -ENODEV;
		case 0:
			break;
		default:
			goto out;
		}
		b->tunnels++;
		schedule_timeout_interruptible(HZ / 2);
	}
out:
	burrow_seal(b, 0);
	return 0;
}

void burrow_open(struct burrow *b)
{
	b->task[0] = kthread_run(mole_digs, b, "mole");
	b->task[1] = kthread_run(hare_runs, b, "hare");
	b->task[2] = kthread_run(vole_hides, b, "vole");
}

void burrow_close(struct burrow *b)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		kthread_stop(b->task[i]);
}
