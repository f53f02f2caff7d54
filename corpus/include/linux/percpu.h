/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_PERCPU_H
#define SHIM_LINUX_PERCPU_H

#include <linux/smp.h>
#include <linux/types.h>

#define DEFINE_PER_CPU(type, name)	__typeof__(type) name
#define DECLARE_PER_CPU(type, name)	extern __typeof__(type) name

extern void *shim_per_cpu_ptr(void *base, unsigned int cpu);

#define per_cpu_ptr(ptr, cpu)	((__typeof__(ptr))shim_per_cpu_ptr(ptr, cpu))
#define per_cpu(var, cpu)	(*per_cpu_ptr(&(var), cpu))
#define this_cpu_ptr(ptr)	per_cpu_ptr(ptr, smp_processor_id())

#endif /* SHIM_LINUX_PERCPU_H */
