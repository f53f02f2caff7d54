/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_SCHED_TASK_H
#define SHIM_LINUX_SCHED_TASK_H

#include <linux/sched.h>

extern struct task_struct *get_task_struct(struct task_struct *task);
extern void put_task_struct(struct task_struct *task);

#endif /* SHIM_LINUX_SCHED_TASK_H */
