// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: the stop test is hidden in a predicate.
 *
 * What the tool has to see:
 *  - gate_thread(): while (!gate_over(g)).  The static function gate_over() tests
 *    stop or a private flag: one level of inlining shows it.
 *  - rail_thread(): while (RAIL_GOES_ON(g)).  The macro has the other sense: it
 *    is true as long as the thread must go on.
 *  - in rail_thread() the "break" after gate_over() is a stop checkpoint as well.
 *  - checkpoints: the heads; the recheck in gate_thread() before schedule(),
 *    the "break" in rail_thread().
 *  - sleeps: schedule() with the state set before the recheck; msleep().
 *  - carried: nothing.
 *  - back edges: no lock, state RUNNING.
 *  - either thread may end by the flag, before kthread_stop(); gate_close() holds
 *    a reference of both.
 *  - made by gate_open(), woken by gate_wake(), stopped by gate_close().
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>

struct gate {
	struct task_struct *task;
	struct task_struct *rail;
	unsigned int work;
	bool broken;
};

#define RAIL_GOES_ON(g)	(!kthread_should_stop() && !READ_ONCE((g)->broken))

void gate_move(struct gate *g);
void rail_shift(struct gate *g);

static inline bool gate_over(const struct gate *g)
{
	return kthread_should_stop() || READ_ONCE(g->broken);
}

static int gate_thread(void *arg)
{
	struct gate *g = arg;

	while (!gate_over(g)) {
		gate_move(g);

		set_current_state(TASK_INTERRUPTIBLE);
		if (!READ_ONCE(g->work) && !gate_over(g))
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

static int rail_thread(void *arg)
{
	struct gate *g = arg;

	while (RAIL_GOES_ON(g)) {
		msleep(50);
		if (gate_over(g))
			break;
		rail_shift(g);
	}
	return 0;
}

void gate_wake(struct gate *g, bool broken)
{
	g->work++;
	WRITE_ONCE(g->broken, broken);
	wake_up_process(g->task);
}

static struct task_struct *gate_begin(int (*fn)(void *), struct gate *g)
{
	struct task_struct *task = kthread_create(fn, g, "gate");

	if (!IS_ERR(task)) {
		get_task_struct(task);
		wake_up_process(task);
	}
	return task;
}

static void gate_end(struct task_struct *task)
{
	if (IS_ERR(task))
		return;
	kthread_stop(task);
	put_task_struct(task);
}

int gate_open(struct gate *g)
{
	g->task = gate_begin(gate_thread, g);
	g->rail = gate_begin(rail_thread, g);
	return PTR_ERR_OR_ZERO(g->task) ?: PTR_ERR_OR_ZERO(g->rail);
}

void gate_close(struct gate *g)
{
	gate_end(g->rail);
	gate_end(g->task);
}
