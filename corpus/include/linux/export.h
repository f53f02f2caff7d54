/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_EXPORT_H
#define SHIM_LINUX_EXPORT_H

/* The trailing declaration swallows the semicolon at file scope. */
#define EXPORT_SYMBOL(sym)	extern int shim_export_##sym
#define EXPORT_SYMBOL_GPL(sym)	extern int shim_export_##sym

#endif /* SHIM_LINUX_EXPORT_H */
