/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_KTIME_H
#define SHIM_LINUX_KTIME_H

#include <linux/types.h>

typedef s64 ktime_t;

#define NSEC_PER_USEC	1000L
#define NSEC_PER_MSEC	1000000L
#define NSEC_PER_SEC	1000000000L

extern ktime_t ktime_get(void);
extern u64 ktime_get_ns(void);
extern ktime_t ktime_set(s64 secs, unsigned long nsecs);
extern ktime_t ms_to_ktime(u64 ms);
extern ktime_t ktime_add_us(ktime_t t, u64 us);
extern ktime_t ktime_add_ns(ktime_t t, u64 ns);
extern s64 ktime_us_delta(ktime_t later, ktime_t earlier);
extern bool ktime_before(ktime_t a, ktime_t b);
extern bool ktime_after(ktime_t a, ktime_t b);

#endif /* SHIM_LINUX_KTIME_H */
