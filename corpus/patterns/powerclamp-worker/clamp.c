// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Model: per-CPU kthread workers, each with two works that queue each other.
 *
 * This is what the output of a conversion to workers should look like; the
 * tool must leave it alone.
 *
 * What the tool has to see:
 *  - no thread function and no main loop in this file: the loop is that of the
 *    kthread worker.  The two callbacks take a struct kthread_work.
 *  - the "plan" work queues the "idle" work with a delay, the "idle" work
 *    queues the "plan" work at once.  No sleep, the delay is the sleep.
 *  - the private flag "clamping" ends the chain; kthread_should_stop() has no
 *    place in a work.
 *  - the label "out" and its goto in the second callback are local to it.
 *  - carried: all in struct clamp_cpu, found by container_of().
 *  - made by clamp_cpu_start() with kthread_create_worker_on_cpu(), or by
 *    clamp_any_start() with kthread_create_worker(); queued there for the first
 *    time, ended by clamp_cpu_stop(): flag, barrier, two cancels, destroy.
 */
#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/percpu.h>

struct clamp_cpu {
	struct kthread_worker *worker;
	struct kthread_work plan;
	struct kthread_delayed_work idle;
	unsigned int cpu;
	unsigned int rounds;
	unsigned int percent;
	bool clamping;
};

static DEFINE_PER_CPU(struct clamp_cpu, clamp_cpus);

bool clamp_hot_enough(struct clamp_cpu *c);
void clamp_idle_for(unsigned int percent);

static void clamp_plan_fn(struct kthread_work *work)
{
	struct clamp_cpu *c = container_of(work, struct clamp_cpu, plan);
	unsigned long delay;

	c->rounds++;
	delay = max_t(unsigned long, 1, HZ / 10 * 100 / (c->percent + 1));
	if (READ_ONCE(c->clamping) && cpu_online(c->cpu))
		kthread_queue_delayed_work(c->worker, &c->idle, delay);
}

static void clamp_idle_fn(struct kthread_work *work)
{
	struct clamp_cpu *c = container_of(work, struct clamp_cpu, idle.work);

	if (!clamp_hot_enough(c))
		goto out;
	clamp_idle_for(c->percent);
out:
	if (READ_ONCE(c->clamping) && cpu_online(c->cpu))
		kthread_queue_work(c->worker, &c->plan);
}

static int clamp_go(struct clamp_cpu *c, struct kthread_worker *worker)
{
	if (IS_ERR(worker))
		return PTR_ERR(worker);
	c->worker = worker;
	c->rounds = 0;
	c->clamping = true;
	sched_set_fifo(worker->task);
	kthread_init_work(&c->plan, clamp_plan_fn);
	kthread_init_delayed_work(&c->idle, clamp_idle_fn);
	kthread_queue_work(worker, &c->plan);
	return 0;
}

int clamp_cpu_start(unsigned int cpu)
{
	struct clamp_cpu *c = per_cpu_ptr(&clamp_cpus, cpu);

	c->cpu = cpu;
	return clamp_go(c, kthread_create_worker_on_cpu(cpu, 0, "clamp/%u", cpu));
}

int clamp_any_start(struct clamp_cpu *c)
{
	return clamp_go(c, kthread_create_worker(0, "clamp/any"));
}

void clamp_cpu_stop(unsigned int cpu)
{
	struct clamp_cpu *c = per_cpu_ptr(&clamp_cpus, cpu);

	if (!c->worker)
		return;
	WRITE_ONCE(c->clamping, false);
	smp_wmb();
	kthread_cancel_work_sync(&c->plan);
	kthread_cancel_delayed_work_sync(&c->idle);
	kthread_destroy_worker(c->worker);
	c->worker = NULL;
}
