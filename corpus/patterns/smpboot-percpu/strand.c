// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: per-CPU threads of the hotplug core.
 *
 * The core creates a thread per CPU, owns its loop, parks it when the CPU goes
 * and asks strand_should_run() whether there is work.
 *
 * What the tool has to see:
 *  - no kthread creation call at all; the entry is the ".thread_fn" field of a
 *    struct smp_hotplug_thread that goes to smpboot_register_percpu_thread().
 *  - strand_run() is one iteration: it has no main loop, it must not sleep for
 *    ever and it does not test stop.  The loop in it empties a list.
 *  - ".thread_should_run" runs without preemption and with the state set: it is
 *    the recheck between set_current_state() and schedule() of the core's loop.
 *  - ".setup", ".park" and ".cleanup" are hooks; no thread functions.
 *  - carried: all of it per CPU.  back edge: belongs to the core.
 *  - woken by strand_add() through wake_up_process() of the per-CPU task; ended
 *    by smpboot_unregister_percpu_thread().
 *  - nothing to convert here: a conversion must refuse with that reason.
 */
#include <linux/init.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/smpboot.h>
#include <linux/spinlock.h>

struct strand_item {
	struct list_head node;
	void (*fn)(struct strand_item *item);
};

struct strand_cpu {
	spinlock_t lock;
	struct list_head items;
	bool parked;
};

static DEFINE_PER_CPU(struct strand_cpu, strand_cpus);
static DEFINE_PER_CPU(struct task_struct *, strand_tasks);

static int strand_should_run(unsigned int cpu)
{
	return !list_empty(&per_cpu(strand_cpus, cpu).items);
}

static void strand_run(unsigned int cpu)
{
	struct strand_cpu *s = per_cpu_ptr(&strand_cpus, cpu);
	struct strand_item *item;
	LIST_HEAD(batch);

	spin_lock_irq(&s->lock);
	list_splice_init(&s->items, &batch);
	spin_unlock_irq(&s->lock);

	while (!list_empty(&batch)) {
		item = list_first_entry(&batch, struct strand_item, node);
		list_del(&item->node);
		item->fn(item);
	}
}

static void strand_setup(unsigned int cpu)
{
	struct strand_cpu *s = per_cpu_ptr(&strand_cpus, cpu);

	spin_lock_init(&s->lock);
	INIT_LIST_HEAD(&s->items);
	set_user_nice(current, -10);
}

static void strand_park(unsigned int cpu)
{
	per_cpu(strand_cpus, cpu).parked = true;
}

static void strand_cleanup(unsigned int cpu, bool online)
{
	if (online)
		strand_run(cpu);
}

static struct smp_hotplug_thread strand_threads = {
	.store			= &strand_tasks,
	.thread_should_run	= strand_should_run,
	.thread_fn		= strand_run,
	.thread_comm		= "strand/%u",
	.setup			= strand_setup,
	.park			= strand_park,
	.cleanup		= strand_cleanup,
};

void strand_add(unsigned int cpu, struct strand_item *item)
{
	struct strand_cpu *s = per_cpu_ptr(&strand_cpus, cpu);
	unsigned long flags;

	spin_lock_irqsave(&s->lock, flags);
	list_add_tail(&item->node, &s->items);
	spin_unlock_irqrestore(&s->lock, flags);
	wake_up_process(per_cpu(strand_tasks, cpu));
}

static int __init strand_init(void)
{
	return smpboot_register_percpu_thread(&strand_threads);
}
core_initcall(strand_init);

void strand_shutdown(void)
{
	smpboot_unregister_percpu_thread(&strand_threads);
}
