/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_SCHED_SIGNAL_H
#define SHIM_LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>
#include <linux/signal.h>

/* The second one asks for real signals only, not for a notification. */
extern bool signal_pending(struct task_struct *task);
extern bool task_sigpending(struct task_struct *task);
extern int kernel_dequeue_signal(void);
extern void kernel_signal_stop(void);
extern void flush_signals(struct task_struct *task);
extern int send_sig(int sig, struct task_struct *task, int priv);

#endif /* SHIM_LINUX_SCHED_SIGNAL_H */
