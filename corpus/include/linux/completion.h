/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_COMPLETION_H
#define SHIM_LINUX_COMPLETION_H

#include <linux/types.h>

struct completion { unsigned int shim_done; };

#define DECLARE_COMPLETION(name)	struct completion name = { 0 }

extern void init_completion(struct completion *c);
extern void reinit_completion(struct completion *c);
extern void complete(struct completion *c);
extern void complete_all(struct completion *c);
extern void wait_for_completion(struct completion *c);
extern int wait_for_completion_interruptible(struct completion *c);
extern unsigned long wait_for_completion_timeout(struct completion *c, unsigned long timeout);

#endif /* SHIM_LINUX_COMPLETION_H */
