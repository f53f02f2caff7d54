/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_CPU_H
#define SHIM_LINUX_CPU_H

#include <linux/cpumask.h>

extern void cpus_read_lock(void);
extern void cpus_read_unlock(void);

#endif /* SHIM_LINUX_CPU_H */
