/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_STDDEF_H
#define SHIM_LINUX_STDDEF_H

#define NULL			((void *)0)
#define offsetof(type, member)	__builtin_offsetof(type, member)

enum { false = 0, true = 1 };

#endif /* SHIM_LINUX_STDDEF_H */
