/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_SIGNAL_H
#define SHIM_LINUX_SIGNAL_H

#include <linux/types.h>

#define SIGHUP		1
#define SIGINT		2
#define SIGQUIT		3
#define SIGKILL		9
#define SIGUSR1		10
#define SIGUSR2		12
#define SIGTERM		15
#define SIGCHLD		17
#define SIGCONT		18
#define SIGSTOP		19
#define SIGTSTP		20
#define SIGTTIN		21
#define SIGTTOU		22
#define SIGURG		23
#define SIGWINCH	28
#define _NSIG		64

#define SIG_BLOCK	0
#define SIG_UNBLOCK	1
#define SIG_SETMASK	2

#define sigmask(sig)	(1UL << ((sig) - 1))

/* What a signal does where nobody handles it: stop the task, or nothing. */
#define sig_kernel_stop(sig)	\
	((sig) == SIGSTOP || (sig) == SIGTSTP || (sig) == SIGTTIN || (sig) == SIGTTOU)
#define sig_kernel_ignore(sig)	\
	((sig) == SIGCONT || (sig) == SIGCHLD || (sig) == SIGURG || (sig) == SIGWINCH)

typedef struct { unsigned long sig[1]; } sigset_t;

static inline int valid_signal(unsigned long sig)
{
	return sig <= _NSIG;
}

extern void siginitset(sigset_t *set, unsigned long mask);
extern int sigprocmask(int how, sigset_t *set, sigset_t *oldset);
extern void allow_signal(int sig);
extern void disallow_signal(int sig);

#endif /* SHIM_LINUX_SIGNAL_H */
