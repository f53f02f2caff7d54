// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: do { } while (0), written out and in macros.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()).
 *  - the do { } while (0) in the body is not a loop, but it catches "break" and
 *    "continue" all the same: its three "break"s jump below it, and so does the
 *    "continue" in it.  None of them touches the main loop.
 *  - BRUSH_CHECK() is the same thing as a macro: what happens in it stays in it.
 *  - BRUSH_SKIP_IF() is a macro without the wrapper: its "continue" is one of
 *    the main loop (somebody woke the thread early: test stop anew).
 *  - checkpoints: the head.
 *  - sleeps: msleep_interruptible() in an argument of a macro, msleep() within
 *    the wrapper, schedule_timeout_interruptible() in tail position.
 *  - carried: "colour"; its write is in the wrapper, behind the "break"s, so it
 *    does not dominate the read at the foot.  "err" is scratch.
 *  - back edge: no lock, state RUNNING.
 *  - made by brush_start(), stopped by brush_stop(); woken by nobody.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

#define BRUSH_CHECK(b)				\
	do {					\
		if (!(b)->wet)			\
			break;			\
		(b)->strokes++;			\
	} while (0)

#define BRUSH_SKIP_IF(cond)	if (cond) continue

struct brush {
	struct task_struct *task;
	unsigned int strokes;
	bool wet;
};

int brush_dip(struct brush *b);
int brush_paint(struct brush *b, int colour);

static int brush_thread(void *arg)
{
	struct brush *b = arg;
	int colour = 0;
	int err;

	while (!kthread_should_stop()) {
		BRUSH_SKIP_IF(msleep_interruptible(20) > 0);

		do {
			err = brush_dip(b);
			if (err == -EAGAIN) {
				msleep(1);
				continue;
			}
			if (err)
				break;
			err = brush_paint(b, colour);
			if (err < 0)
				break;
			if (err == 0)
				break;
			colour = err;
		} while (0);

		BRUSH_CHECK(b);
		pr_debug("brush: colour %d, %d\n", colour, err);
		schedule_timeout_interruptible(HZ);
	}
	return 0;
}

int brush_start(struct brush *b)
{
	b->task = kthread_run(brush_thread, b, "brush");
	return PTR_ERR_OR_ZERO(b->task);
}

void brush_stop(struct brush *b)
{
	kthread_stop(b->task);
}
