/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_ASM_BARRIER_H
#define SHIM_ASM_BARRIER_H

extern void shim_full_barrier(void);

#define mb()		shim_full_barrier()
#define smp_mb()	shim_full_barrier()
#define smp_rmb()	shim_full_barrier()
#define smp_wmb()	shim_full_barrier()

#define smp_store_release(p, v)		\
	do {				\
		shim_full_barrier();	\
		WRITE_ONCE(*(p), v);	\
	} while (0)

#define smp_load_acquire(p)		\
({					\
	__typeof__(*(p)) shim_v = READ_ONCE(*(p)); \
	shim_full_barrier();		\
	shim_v;				\
})

#endif /* SHIM_ASM_BARRIER_H */
