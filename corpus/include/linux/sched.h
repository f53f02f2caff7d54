/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_SCHED_H
#define SHIM_LINUX_SCHED_H

#include <linux/types.h>
#include <linux/spinlock.h>

#define TASK_RUNNING		0x00
#define TASK_INTERRUPTIBLE	0x01
#define TASK_UNINTERRUPTIBLE	0x02
#define TASK_NOLOAD		0x10
#define TASK_FREEZABLE		0x20
#define TASK_FROZEN		0x8000
#define TASK_KILLABLE		(TASK_UNINTERRUPTIBLE | 0x40)
#define TASK_IDLE		(TASK_UNINTERRUPTIBLE | TASK_NOLOAD)
#define TASK_NORMAL		(TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

#define MAX_SCHEDULE_TIMEOUT	__LONG_MAX__
#define TASK_COMM_LEN		16
#define MAX_NICE		19
#define MIN_NICE		-20

#define PF_NOFREEZE		0x8000

struct task_struct {
	unsigned int __state;
	unsigned int flags;
	pid_t pid;
	char comm[TASK_COMM_LEN];
};

extern struct task_struct *get_current(void);
#define current		get_current()

/* The first one orders the store before what is tested next. */
#define set_current_state(state)			\
	do {						\
		WRITE_ONCE(current->__state, (state));	\
		smp_mb();				\
	} while (0)

#define __set_current_state(state)			\
	do {						\
		WRITE_ONCE(current->__state, (state));	\
	} while (0)

extern void schedule(void);
extern long schedule_timeout(long timeout);
extern long schedule_timeout_interruptible(long timeout);
extern long schedule_timeout_uninterruptible(long timeout);
extern long schedule_timeout_idle(long timeout);
extern void io_schedule(void);
extern void yield(void);
extern int cond_resched(void);
extern bool need_resched(void);

extern int wake_up_process(struct task_struct *task);
extern void set_user_nice(struct task_struct *task, long nice);
extern void sched_set_fifo(struct task_struct *task);
extern void sched_set_fifo_low(struct task_struct *task);
extern int set_cpus_allowed_ptr(struct task_struct *task, const void *mask);

#endif /* SHIM_LINUX_SCHED_H */
