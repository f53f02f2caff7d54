/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_SMP_H
#define SHIM_LINUX_SMP_H

#include <linux/cpumask.h>

extern int smp_processor_id(void);
extern int get_cpu(void);
extern void put_cpu(void);

#endif /* SHIM_LINUX_SMP_H */
