/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_HRTIMER_H
#define SHIM_LINUX_HRTIMER_H

#include <linux/ktime.h>

enum hrtimer_mode {
	HRTIMER_MODE_ABS,
	HRTIMER_MODE_REL,
};

enum hrtimer_restart {
	HRTIMER_NORESTART,
	HRTIMER_RESTART,
};

struct hrtimer {
	enum hrtimer_restart (*function)(struct hrtimer *timer);
};

extern void hrtimer_init(struct hrtimer *timer, int clock, enum hrtimer_mode mode);
extern void hrtimer_start(struct hrtimer *timer, ktime_t at, enum hrtimer_mode mode);
extern int hrtimer_cancel(struct hrtimer *timer);

/* Sleeps; the caller has set its task state before. */
extern int schedule_hrtimeout(ktime_t *expires, enum hrtimer_mode mode);
extern int schedule_hrtimeout_range(ktime_t *expires, u64 delta, enum hrtimer_mode mode);

#endif /* SHIM_LINUX_HRTIMER_H */
