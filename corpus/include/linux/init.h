/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_INIT_H
#define SHIM_LINUX_INIT_H

#include <linux/compiler.h>

#define __init		__cold
#define __exit		__cold
#define __initdata

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);

/* Keep a reference, so that a static function counts as used. */
#define module_init(fn)		static initcall_t shim_init_##fn __used = fn
#define module_exit(fn)		static exitcall_t shim_exit_##fn __used = fn
#define subsys_initcall(fn)	module_init(fn)
#define late_initcall(fn)	module_init(fn)
#define core_initcall(fn)	module_init(fn)

#endif /* SHIM_LINUX_INIT_H */
