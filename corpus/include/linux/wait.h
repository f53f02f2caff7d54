/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_WAIT_H
#define SHIM_LINUX_WAIT_H

#include <linux/list.h>
#include <linux/sched.h>

struct wait_queue_entry;
typedef int (*wait_queue_func_t)(struct wait_queue_entry *entry, unsigned int mode,
				 int flags, void *key);

struct wait_queue_entry {
	struct list_head entry;
	wait_queue_func_t func;
	void *private;
};

typedef struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
} wait_queue_head_t;

#define DECLARE_WAIT_QUEUE_HEAD(name) \
	struct wait_queue_head name = { { 0 }, LIST_HEAD_INIT((name).head) }

#define DEFINE_WAIT_FUNC(name, fn)		\
	struct wait_queue_entry name = {	\
		.entry = LIST_HEAD_INIT((name).entry), \
		.func = fn,			\
		.private = current,		\
	}

#define DEFINE_WAIT(name)		DEFINE_WAIT_FUNC(name, autoremove_wake_function)
#define DECLARE_WAITQUEUE(name, task)	\
	struct wait_queue_entry name = { .private = (task), .func = default_wake_function }

extern int default_wake_function(struct wait_queue_entry *e, unsigned int mode, int flags, void *key);
extern int autoremove_wake_function(struct wait_queue_entry *e, unsigned int mode, int flags, void *key);
extern int woken_wake_function(struct wait_queue_entry *e, unsigned int mode, int flags, void *key);

extern void init_waitqueue_head(struct wait_queue_head *wq);
extern void init_wait_entry(struct wait_queue_entry *e, int flags);
extern void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *e);
extern void remove_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *e);
extern void prepare_to_wait(struct wait_queue_head *wq, struct wait_queue_entry *e, int state);
extern long prepare_to_wait_event(struct wait_queue_head *wq, struct wait_queue_entry *e, int state);
extern void finish_wait(struct wait_queue_head *wq, struct wait_queue_entry *e);
extern long wait_woken(struct wait_queue_entry *e, unsigned int mode, long timeout);
extern bool waitqueue_active(struct wait_queue_head *wq);

extern void wake_up(struct wait_queue_head *wq);
extern void wake_up_all(struct wait_queue_head *wq);
extern void wake_up_interruptible(struct wait_queue_head *wq);
extern void wake_up_interruptible_all(struct wait_queue_head *wq);

/*
 * The loop behind all wait_event macros: queue, test, sleep, again.
 * "left" is the time left; it stays as it is for a wait without a limit.
 */
#define shim_wait_loop(wq, cond, state, left, sleep)			\
({									\
	struct wait_queue_entry shim_we;				\
	long shim_left = (left);					\
	long shim_sig = 0;						\
									\
	init_wait_entry(&shim_we, 0);					\
	for (;;) {							\
		shim_sig = prepare_to_wait_event(&(wq), &shim_we, state); \
		if (cond) {						\
			shim_sig = 0;					\
			break;						\
		}							\
		if (shim_sig || !shim_left)				\
			break;						\
		sleep;							\
	}								\
	finish_wait(&(wq), &shim_we);					\
	shim_sig ? shim_sig : shim_left;				\
})

#define shim_wait_forever(wq, cond, state) \
	shim_wait_loop(wq, cond, state, 1, schedule())
#define shim_wait_limit(wq, cond, state, limit) \
	shim_wait_loop(wq, cond, state, limit, shim_left = schedule_timeout(shim_left))

#define wait_event(wq, cond) \
	do { (void)shim_wait_forever(wq, cond, TASK_UNINTERRUPTIBLE); } while (0)
#define wait_event_idle(wq, cond) \
	do { (void)shim_wait_forever(wq, cond, TASK_IDLE); } while (0)
#define wait_event_timeout(wq, cond, limit) \
	shim_wait_limit(wq, cond, TASK_UNINTERRUPTIBLE, limit)
#define wait_event_interruptible(wq, cond)				\
({									\
	long shim_r = shim_wait_forever(wq, cond, TASK_INTERRUPTIBLE);	\
	shim_r < 0 ? (int)shim_r : 0;					\
})
#define wait_event_interruptible_timeout(wq, cond, limit) \
	shim_wait_limit(wq, cond, TASK_INTERRUPTIBLE, limit)
#define wait_event_freezable(wq, cond)					\
({									\
	long shim_r = shim_wait_forever(wq, cond,			\
					TASK_INTERRUPTIBLE | TASK_FREEZABLE); \
	shim_r < 0 ? (int)shim_r : 0;					\
})
#define wait_event_freezable_timeout(wq, cond, limit) \
	shim_wait_limit(wq, cond, TASK_INTERRUPTIBLE | TASK_FREEZABLE, limit)

#endif /* SHIM_LINUX_WAIT_H */
