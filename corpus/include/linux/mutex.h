/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_MUTEX_H
#define SHIM_LINUX_MUTEX_H

#include <linux/types.h>

struct mutex { int shim_owner; };

#define DEFINE_MUTEX(name)	struct mutex name = { 0 }

extern void mutex_init(struct mutex *lock);
extern void mutex_lock(struct mutex *lock);
extern int mutex_lock_interruptible(struct mutex *lock);
extern bool mutex_trylock(struct mutex *lock);
extern void mutex_unlock(struct mutex *lock);

#endif /* SHIM_LINUX_MUTEX_H */
