/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_CPUMASK_H
#define SHIM_LINUX_CPUMASK_H

#include <linux/types.h>

struct cpumask { unsigned long bits[1]; };

extern unsigned int shim_next_online_cpu(int after);
extern unsigned int nr_cpu_ids;
extern bool cpu_online(unsigned int cpu);
extern unsigned int cpumask_first(const struct cpumask *mask);
extern const struct cpumask *cpumask_of(unsigned int cpu);

#define for_each_online_cpu(cpu)			\
	for ((cpu) = shim_next_online_cpu(-1);		\
	     (cpu) < nr_cpu_ids;			\
	     (cpu) = shim_next_online_cpu(cpu))

#endif /* SHIM_LINUX_CPUMASK_H */
