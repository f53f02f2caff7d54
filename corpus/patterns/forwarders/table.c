// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: the thread function comes out of a table of structs.
 *
 * What the tool has to see:
 *  - kthread_run() gets lamp_jobs[i].fn.  The values are in the designated
 *    initialisers: ".fn = lamp_blink", ".fn = lamp_fade", and one without a
 *    field name (position 0 of the struct).
 *  - lamp_self_test is in the same table under ".check": not a thread function.
 *  - three thread functions, one main loop each:
 *      blink: while; fade: for with a carried "step"; idle: do-while.
 *  - sleeps: msleep_interruptible(), schedule_timeout_interruptible().
 *  - back edges: no lock, state RUNNING.
 *  - made by lamp_on(), stopped by lamp_off(); woken by nobody.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct lamp_job {
	int (*fn)(void *data);
	int (*check)(void *data);
	const char *name;
	struct task_struct *task;
};

void lamp_set(void *lamp, unsigned int level);

static int lamp_self_test(void *lamp)
{
	return lamp ? 0 : -EINVAL;
}

static int lamp_blink(void *lamp)
{
	while (!kthread_should_stop()) {
		lamp_set(lamp, 255);
		msleep_interruptible(100);
		lamp_set(lamp, 0);
		msleep_interruptible(900);
	}
	return 0;
}

static int lamp_fade(void *lamp)
{
	unsigned int step;

	for (step = 0; !kthread_should_stop(); step++) {
		lamp_set(lamp, step % 256);
		schedule_timeout_interruptible(HZ / 25);
	}
	return step;
}

static int lamp_idle(void *lamp)
{
	do {
		schedule_timeout_interruptible(60 * HZ);
	} while (!kthread_should_stop());
	lamp_set(lamp, 0);
	return 0;
}

static struct lamp_job lamp_jobs[] = {
	{ .name = "blink", .fn = lamp_blink, .check = lamp_self_test },
	{
		.fn	= lamp_fade,
		.name	= "fade",
	},
	{ lamp_idle, NULL, "idle" },
};

int lamp_on(void *lamp)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lamp_jobs); i++) {
		struct lamp_job *job = &lamp_jobs[i];

		if (job->check && job->check(lamp))
			continue;
		job->task = kthread_run(lamp_jobs[i].fn, lamp, "lamp/%s", job->name);
		if (IS_ERR(job->task))
			job->task = NULL;
	}
	return 0;
}

void lamp_off(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lamp_jobs); i++)
		if (lamp_jobs[i].task)
			kthread_stop(lamp_jobs[i].task);
}
