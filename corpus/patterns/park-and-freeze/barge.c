// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Parking and freezing at both ends of an iteration.
 *
 * What the tool has to see:
 *  - barge_thread(): parks, then freezes, right behind the head.
 *  - tug_thread(): do-while; freezes behind the sleep, before the test.
 *  - raft_thread(): freezes first and tests then, in an endless loop.
 *  - dinghy_thread(): its sleep is uninterruptible.  Nothing else may end it: a
 *    driver that freezes must not take it over.
 *  - checkpoints: kthread_should_park() with kthread_parkme(), try_to_freeze().
 *  - carried: "miles" in tug_thread().
 *  - back edges: no lock, state RUNNING.
 *  - made by fleet_launch(); parked by fleet_moor(); stopped by fleet_scrap().
 */
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct fleet {
	struct task_struct *barge;
	struct task_struct *tug;
	struct task_struct *raft;
	struct task_struct *dinghy;
};

bool fleet_row(struct fleet *f, unsigned int miles);

static int barge_thread(void *data)
{
	struct fleet *f = data;

	set_freezable();
	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		try_to_freeze();
		fleet_row(f, 1);
		schedule_timeout_interruptible(HZ);
	}
	return 0;
}

static int tug_thread(void *data)
{
	struct fleet *f = data;
	unsigned int miles = 0;

	set_freezable();
	do {
		if (fleet_row(f, miles))
			miles++;
		schedule_timeout_interruptible(2 * HZ);
		try_to_freeze();
	} while (!kthread_should_stop());
	return 0;
}

static int raft_thread(void *data)
{
	struct fleet *f = data;

	set_freezable();
	for (;;) {
		try_to_freeze();
		if (kthread_should_stop())
			break;
		fleet_row(f, 2);
		schedule_timeout_interruptible(HZ);
	}
	return 0;
}

static int dinghy_thread(void *data)
{
	struct fleet *f = data;

	set_freezable();
	while (!kthread_should_stop()) {
		try_to_freeze();
		fleet_row(f, 3);
		schedule_timeout_uninterruptible(HZ / 10);
	}
	return 0;
}

void fleet_launch(struct fleet *f)
{
	f->barge = kthread_run(barge_thread, f, "barge");
	f->tug = kthread_run(tug_thread, f, "tug");
	f->raft = kthread_run(raft_thread, f, "raft");
	f->dinghy = kthread_run(dinghy_thread, f, "dinghy");
}

int fleet_moor(struct fleet *f)
{
	return kthread_park(f->barge);
}

void fleet_scrap(struct fleet *f)
{
	kthread_stop(f->barge);
	kthread_stop(f->tug);
	kthread_stop(f->raft);
	kthread_stop(f->dinghy);
}
