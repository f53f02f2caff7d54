/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_GFP_H
#define SHIM_LINUX_GFP_H

#include <linux/types.h>

#define GFP_KERNEL	((gfp_t)1)
#define GFP_ATOMIC	((gfp_t)2)

#endif /* SHIM_LINUX_GFP_H */
