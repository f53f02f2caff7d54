/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_BUG_H
#define SHIM_LINUX_BUG_H

#include <linux/compiler.h>

extern void shim_bug(void) __noreturn;
extern void shim_warn(void);

#define BUG_ON(cond)			\
	do {				\
		if (unlikely(cond))	\
			shim_bug();	\
	} while (0)

#define WARN_ON(cond)			\
({					\
	int shim_hit = !!(cond);	\
	if (unlikely(shim_hit))		\
		shim_warn();		\
	unlikely(shim_hit);		\
})

#define WARN_ON_ONCE(cond)	WARN_ON(cond)

#endif /* SHIM_LINUX_BUG_H */
