// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Locals that live on: in the loop, behind it, or beyond the thread.
 *
 * What the tool has to see:
 *  - sieve_thread(): "runs" is static: the next thread goes on where this one
 *    ended.  "mesh" can be computed again.  "grain" was made of memory: its first
 *    value counts.  "last" is a struct that is carried.
 *  - riddle_thread(): "caught" exists with CONFIG_MODEL only, and is carried.
 *  - scree_thread(): "caught" is scratch there; a checkpoint is conditional too.
 *  - sleeps: schedule_timeout_interruptible() in tail position.
 *  - checkpoints: the heads; try_to_freeze() in one configuration.
 *  - carried: "last", "caught" in riddle_thread(); "seen" is read behind the loop.
 *  - back edges: no lock, state RUNNING.
 *  - made by sieve_start(), stopped by sieve_stop(); woken by nobody.
 */
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct grain {
	unsigned int size;
	unsigned int weight;
};

struct sieve {
	struct task_struct *sieve;
	struct task_struct *riddle;
	struct task_struct *scree;
	struct grain grain;
	unsigned int mesh[4];
};

struct grain sieve_shake(struct sieve *s, unsigned int mesh);
void sieve_note(struct sieve *s, unsigned int run, unsigned int size);

static int sieve_thread(void *data)
{
	static unsigned int runs;
	struct sieve *s = data;
	unsigned int *mesh = &s->mesh[2];
	unsigned int grain = s->grain.size;
	struct grain last = { 0, 0 };

	while (!kthread_should_stop()) {
		struct grain now = sieve_shake(s, *mesh);

		if (now.size != last.size && now.size > grain)
			sieve_note(s, runs, now.weight - last.weight);
		last = now;
		runs++;
		schedule_timeout_interruptible(HZ);
	}
	return 0;
}

static int riddle_thread(void *data)
{
	struct sieve *s = data;
	unsigned int seen = 0;
#ifdef CONFIG_MODEL
	unsigned int caught = 0;
#endif

	while (!kthread_should_stop()) {
		seen = sieve_shake(s, 1).size;
#ifdef CONFIG_MODEL
		caught += seen;
		sieve_note(s, 0, caught);
#else
		sieve_note(s, 0, seen);
#endif
		schedule_timeout_interruptible(HZ);
	}
	sieve_note(s, 1, seen);
	return 0;
}

static int scree_thread(void *data)
{
	struct sieve *s = data;
#ifdef CONFIG_MODEL
	unsigned int caught;

	set_freezable();
#endif

	while (!kthread_should_stop()) {
#ifdef CONFIG_MODEL
		try_to_freeze();
		caught = sieve_shake(s, 3).weight;
		sieve_note(s, 2, caught);
#endif
		sieve_note(s, 3, 0);
		schedule_timeout_interruptible(2 * HZ);
	}
	return 0;
}

void sieve_start(struct sieve *s)
{
	s->sieve = kthread_run(sieve_thread, s, "sieve");
	s->riddle = kthread_run(riddle_thread, s, "riddle");
	s->scree = kthread_run(scree_thread, s, "scree");
}

void sieve_stop(struct sieve *s)
{
	kthread_stop(s->sieve);
	kthread_stop(s->riddle);
	kthread_stop(s->scree);
}
