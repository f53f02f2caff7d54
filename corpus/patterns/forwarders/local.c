// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: the thread function is chosen inside the creating function.
 *
 * What the tool has to see:
 *  - bell_start_one(): a ternary in the call itself: both arms are thread
 *    functions.
 *  - bell_start_two(): a local pointer with an initialiser and an assignment
 *    under an "if": both values count.
 *  - bell_make() is a static forwarder, BELL_MAKE a macro forwarder with a
 *    format and arguments behind the function.
 *  - so bell_ring_fast, bell_ring_slow, bell_count and bell_mute are thread
 *    functions; bell_count is named twice but is one thread function.
 *  - one main loop each.  sleeps: schedule_timeout_interruptible() in tail
 *    position; bell_mute sleeps in schedule() with the state set before.
 *  - carried: "n" in bell_count, read after the loop.
 *  - back edges: no lock, state RUNNING.
 *  - all stopped by bell_stop(); woken by nobody.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

#define BELL_MAKE(fn, data, fmt, ...) \
	kthread_run(fn, data, "bell-" fmt, ##__VA_ARGS__)

struct bell {
	struct task_struct *one, *two, *three;
	bool fast, counting;
};

void bell_strike(struct bell *b);

static int bell_ring_fast(void *data)
{
	while (!kthread_should_stop()) {
		bell_strike(data);
		schedule_timeout_interruptible(HZ / 10);
	}
	return 0;
}

static int bell_ring_slow(void *data)
{
	while (!kthread_should_stop()) {
		bell_strike(data);
		schedule_timeout_interruptible(HZ);
	}
	return 0;
}

static int bell_count(void *data)
{
	int n = 0;

	while (!kthread_should_stop()) {
		n++;
		schedule_timeout_interruptible(HZ);
	}
	return n;
}

static int bell_mute(void *unused)
{
	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static struct task_struct *bell_make(int (*fn)(void *), struct bell *b, int nr)
{
	return kthread_run(fn, b, "bell%d", nr);
}

void bell_start_one(struct bell *b)
{
	b->one = kthread_run(b->fast ? bell_ring_fast : bell_ring_slow, b, "bell");
}

void bell_start_two(struct bell *b)
{
	int (*fn)(void *) = bell_mute;

	if (b->counting)
		fn = bell_count;
	b->two = bell_make(fn, b, 2);
}

void bell_start_three(struct bell *b, int nr)
{
	b->three = BELL_MAKE(bell_count, b, "%d/%d", nr, 3);
}

void bell_stop(struct bell *b)
{
	if (!IS_ERR_OR_NULL(b->one))
		kthread_stop(b->one);
	if (!IS_ERR_OR_NULL(b->two))
		kthread_stop(b->two);
	if (!IS_ERR_OR_NULL(b->three))
		kthread_stop(b->three);
}
