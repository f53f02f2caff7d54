/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_KERNEL_H
#define SHIM_LINUX_KERNEL_H

#include <linux/types.h>
#include <linux/bug.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/printk.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define INT_MAX		__INT_MAX__
#define LONG_MAX	__LONG_MAX__

#define might_sleep()	do { } while (0)

extern int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
extern int scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

#endif /* SHIM_LINUX_KERNEL_H */
