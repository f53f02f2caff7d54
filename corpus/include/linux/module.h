/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_MODULE_H
#define SHIM_LINUX_MODULE_H

#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>

struct module;
#define THIS_MODULE	((struct module *)0)

#define shim_cat2(a, b)		a##b
#define shim_cat(a, b)		shim_cat2(a, b)

#define MODULE_LICENSE(text)	\
	static const char shim_cat(shim_license_, __LINE__)[] __used = text
#define MODULE_DESCRIPTION(text) \
	static const char shim_cat(shim_descr_, __LINE__)[] __used = text
#define MODULE_PARM_DESC(name, text) \
	static const char shim_parmdesc_##name[] __used = text
#define module_param(name, type, perm) \
	static void *shim_param_##name __used = &name

#endif /* SHIM_LINUX_MODULE_H */
