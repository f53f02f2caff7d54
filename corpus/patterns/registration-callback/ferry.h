/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef FERRY_H
#define FERRY_H

#include <linux/sched.h>
#include <linux/wait.h>

struct ferry;
typedef void (*ferry_run_fn)(struct ferry *ferry);

/* A generic thread around one callback. */
struct ferry {
	ferry_run_fn run;
	void *owner;
	struct wait_queue_head wait;
	unsigned long flags;
	struct task_struct *task;
	long timeout;
};

struct ferry *ferry_register(ferry_run_fn run, void *owner, const char *name);
void ferry_unregister(struct ferry *ferry);
void ferry_wake(struct ferry *ferry);

#endif /* FERRY_H */
