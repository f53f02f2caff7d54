/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_IO_H
#define SHIM_LINUX_IO_H

#include <linux/types.h>

extern u32 readl(const volatile void __iomem *addr);
extern void writel(u32 value, volatile void __iomem *addr);

#endif /* SHIM_LINUX_IO_H */
