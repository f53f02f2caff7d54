/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_JIFFIES_H
#define SHIM_LINUX_JIFFIES_H

#include <linux/types.h>

#define HZ	250

extern unsigned long volatile jiffies;

extern unsigned long msecs_to_jiffies(unsigned int ms);
extern unsigned int jiffies_to_msecs(unsigned long j);
extern unsigned long usecs_to_jiffies(unsigned int us);

/* Safe over the wrap of the counter. */
#define time_after(a, b)	((long)((b) - (a)) < 0)
#define time_before(a, b)	time_after(b, a)
#define time_after_eq(a, b)	((long)((a) - (b)) >= 0)
#define time_before_eq(a, b)	time_after_eq(b, a)

#endif /* SHIM_LINUX_JIFFIES_H */
