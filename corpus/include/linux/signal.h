/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_SIGNAL_H
#define SHIM_LINUX_SIGNAL_H

#include <linux/types.h>

#define SIGHUP		1
#define SIGKILL		9
#define SIGSTOP		19

#define SIG_BLOCK	0
#define SIG_UNBLOCK	1

#define sigmask(sig)	(1UL << ((sig) - 1))

typedef struct { unsigned long sig[1]; } sigset_t;

extern void siginitset(sigset_t *set, unsigned long mask);
extern int sigprocmask(int how, sigset_t *set, sigset_t *oldset);
extern void allow_signal(int sig);

#endif /* SHIM_LINUX_SIGNAL_H */
