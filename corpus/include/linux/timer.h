/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_TIMER_H
#define SHIM_LINUX_TIMER_H

#include <linux/container_of.h>
#include <linux/jiffies.h>

struct timer_list {
	unsigned long expires;
	void (*function)(struct timer_list *t);
};

#define from_timer(var, timer, member)	\
	container_of(timer, __typeof__(*var), member)

extern void timer_setup(struct timer_list *t, void (*fn)(struct timer_list *t), unsigned int flags);
extern int mod_timer(struct timer_list *t, unsigned long expires);
extern int del_timer_sync(struct timer_list *t);

#endif /* SHIM_LINUX_TIMER_H */
