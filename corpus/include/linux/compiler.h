/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_COMPILER_H
#define SHIM_LINUX_COMPILER_H

/* Annotations that stand between a type and a name, and access helpers. */

#define __iomem
#define __user
#define __force
#define __percpu
#define __rcu
#define __bitwise
#define asmlinkage

#define __maybe_unused		__attribute__((__unused__))
#define __always_unused		__attribute__((__unused__))
#define __used			__attribute__((__used__))
#define __must_check		__attribute__((__warn_unused_result__))
#define __noreturn		__attribute__((__noreturn__))
#define __packed		__attribute__((__packed__))
#define __aligned(n)		__attribute__((__aligned__(n)))
#define __printf(fmt, args)	__attribute__((__format__(__printf__, fmt, args)))
#define __cold			__attribute__((__cold__))
#define __pure			__attribute__((__pure__))
#define __read_mostly
#define __ro_after_init

#define noinline		__attribute__((__noinline__))
#define __always_inline		inline __attribute__((__always_inline__))
#define fallthrough		__attribute__((__fallthrough__))

#define __acquires(lock)
#define __releases(lock)
#define __must_hold(lock)
#define lockdep_assert_held(lock)	((void)(lock))

#define likely(cond)		__builtin_expect(!!(cond), 1)
#define unlikely(cond)		__builtin_expect(!!(cond), 0)

#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, val)	(*(volatile __typeof__(x) *)&(x) = (val))

#define barrier()		__asm__ __volatile__("" : : : "memory")

#endif /* SHIM_LINUX_COMPILER_H */
