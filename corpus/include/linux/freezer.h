/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_FREEZER_H
#define SHIM_LINUX_FREEZER_H

#include <linux/sched.h>

extern bool set_freezable(void);
extern bool try_to_freeze(void);
extern bool freezing(struct task_struct *task);

#endif /* SHIM_LINUX_FREEZER_H */
