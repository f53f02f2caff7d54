/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_DELAY_H
#define SHIM_LINUX_DELAY_H

extern void msleep(unsigned int ms);
extern unsigned long msleep_interruptible(unsigned int ms);
extern void ssleep(unsigned int seconds);
extern void usleep_range(unsigned long min, unsigned long max);
extern void udelay(unsigned long us);
extern void mdelay(unsigned long ms);

#endif /* SHIM_LINUX_DELAY_H */
