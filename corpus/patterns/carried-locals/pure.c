// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: locals that look carried and are not.
 *
 * What the tool has to see:
 *  - main loop: do { } while (!kthread_should_stop()).
 *  - "pump": container_of() of the argument; never written again: compute it
 *    again in each iteration.
 *  - "regs": a field of it, constant for the life of the thread: the same.
 *  - "period": msecs_to_jiffies() of a constant: pure, the same.
 *  - "chunk": min_t() of a constant and of a field that pump_set_chunk() writes
 *    while the thread runs: NOT pure.  The thread goes on with the value from
 *    its start; to compute it again changes what the thread does.
 *  - "born": initialised by jiffies: NOT pure for the same reason, although it
 *    is never written again.
 *  - "level", "i": written first in each iteration: scratch.
 *  - "verdict": scratch too; written on both branches before it is read.
 *  - checkpoints: the foot.  sleeps: schedule_timeout_interruptible(), tail.
 *  - back edge: no lock, state RUNNING.
 *  - made by pump_start(), stopped by pump_stop(); woken by nobody.
 */
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

#define PUMP_PERIOD_MS	200
#define PUMP_MAX_CHUNK	64

struct pump_core {
	unsigned int chunk;
};

struct pump {
	u32 __iomem *regs;
	struct task_struct *task;
	struct pump_core core;
	u32 fault;
};

static int pump_thread(void *data)
{
	struct pump_core *core = data;
	struct pump *pump = container_of(core, struct pump, core);
	u32 __iomem *regs = pump->regs;
	const unsigned long period = msecs_to_jiffies(PUMP_PERIOD_MS);
	unsigned int chunk = min_t(unsigned int, core->chunk, PUMP_MAX_CHUNK);
	unsigned long born = jiffies;
	unsigned int i;
	u32 level;
	u32 verdict;

	do {
		level = readl(regs);
		if (level & 1)
			verdict = level >> 1;
		else
			verdict = 0;

		for (i = 0; i < chunk; i++)
			writel(verdict + i, regs + 1);

		if (time_after(jiffies, born + 60 * HZ))
			pump->fault |= verdict;

		schedule_timeout_interruptible(period);
	} while (!kthread_should_stop());

	return 0;
}

void pump_set_chunk(struct pump *pump, unsigned int chunk)
{
	WRITE_ONCE(pump->core.chunk, chunk);
}

int pump_start(struct pump *pump)
{
	pump->task = kthread_run(pump_thread, &pump->core, "pump");
	return PTR_ERR_OR_ZERO(pump->task);
}

void pump_stop(struct pump *pump)
{
	kthread_stop(pump->task);
}
