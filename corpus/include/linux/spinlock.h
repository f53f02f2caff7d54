/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_SPINLOCK_H
#define SHIM_LINUX_SPINLOCK_H

#include <linux/types.h>
#include <asm/barrier.h>

typedef struct spinlock { int shim_owner; } spinlock_t;

#define DEFINE_SPINLOCK(name)	spinlock_t name = { 0 }

extern void spin_lock_init(spinlock_t *lock);
extern void spin_lock(spinlock_t *lock);
extern void spin_unlock(spinlock_t *lock);
extern void spin_lock_bh(spinlock_t *lock);
extern void spin_unlock_bh(spinlock_t *lock);
extern void spin_lock_irq(spinlock_t *lock);
extern void spin_unlock_irq(spinlock_t *lock);
extern void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags);
extern unsigned long shim_spin_lock_irqsave(spinlock_t *lock);

/* A macro, because it writes to its second argument. */
#define spin_lock_irqsave(lock, flags)			\
	do {						\
		flags = shim_spin_lock_irqsave(lock);	\
	} while (0)

#define assert_spin_locked(lock)	((void)(lock))

#endif /* SHIM_LINUX_SPINLOCK_H */
