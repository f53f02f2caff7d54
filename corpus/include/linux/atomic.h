/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_ATOMIC_H
#define SHIM_LINUX_ATOMIC_H

#include <linux/types.h>
#include <asm/barrier.h>

#define ATOMIC_INIT(i)	{ (i) }

extern int atomic_read(const atomic_t *v);
extern void atomic_set(atomic_t *v, int i);
extern void atomic_inc(atomic_t *v);
extern void atomic_dec(atomic_t *v);
extern void atomic_add(int i, atomic_t *v);
extern int atomic_xchg(atomic_t *v, int i);
extern int atomic_inc_return(atomic_t *v);
extern bool atomic_dec_and_test(atomic_t *v);

#endif /* SHIM_LINUX_ATOMIC_H */
