/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_PRINTK_H
#define SHIM_LINUX_PRINTK_H

#include <linux/compiler.h>

#define KERN_ERR	"\001" "3"
#define KERN_WARNING	"\001" "4"
#define KERN_NOTICE	"\001" "5"
#define KERN_INFO	"\001" "6"
#define KERN_DEBUG	"\001" "7"

extern int printk(const char *fmt, ...) __printf(1, 2);

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

#define pr_err(fmt, ...)	printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)	printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...)	printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)	printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)

/* Arguments stay checked and used, nothing is printed. */
#define pr_debug(fmt, ...)						\
	do {								\
		if (0)							\
			printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__);	\
	} while (0)

#endif /* SHIM_LINUX_PRINTK_H */
