/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_SEMAPHORE_H
#define SHIM_LINUX_SEMAPHORE_H

#include <linux/types.h>

struct semaphore { int shim_count; };

extern void sema_init(struct semaphore *sem, int count);
extern void down(struct semaphore *sem);
extern int down_interruptible(struct semaphore *sem);
extern int down_timeout(struct semaphore *sem, long timeout);
extern void up(struct semaphore *sem);

#endif /* SHIM_LINUX_SEMAPHORE_H */
