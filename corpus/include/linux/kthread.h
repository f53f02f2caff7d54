/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_KTHREAD_H
#define SHIM_LINUX_KTHREAD_H

#include <linux/err.h>
#include <linux/list.h>
#include <linux/numa.h>
#include <linux/sched.h>
#include <linux/timer.h>

struct completion;

extern struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data,
						  int node, const char namefmt[], ...)
	__printf(4, 5);
extern struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data,
						 unsigned int cpu, const char *namefmt);

#define kthread_create(threadfn, data, namefmt, ...) \
	kthread_create_on_node(threadfn, data, NUMA_NO_NODE, namefmt, ##__VA_ARGS__)

#define kthread_run(threadfn, data, namefmt, ...)			\
({									\
	struct task_struct *shim_t =					\
		kthread_create(threadfn, data, namefmt, ##__VA_ARGS__);	\
	if (!IS_ERR(shim_t))						\
		wake_up_process(shim_t);				\
	shim_t;								\
})

#define kthread_run_on_cpu(threadfn, data, cpu, namefmt)		\
({									\
	struct task_struct *shim_t =					\
		kthread_create_on_cpu(threadfn, data, cpu, namefmt);	\
	if (!IS_ERR(shim_t))						\
		wake_up_process(shim_t);				\
	shim_t;								\
})

extern void kthread_bind(struct task_struct *task, unsigned int cpu);
extern int kthread_stop(struct task_struct *task);
extern bool kthread_should_stop(void);
extern bool kthread_freezable_should_stop(bool *was_frozen);
extern bool kthread_should_park(void);
extern int kthread_park(struct task_struct *task);
extern void kthread_unpark(struct task_struct *task);
extern void kthread_parkme(void);
extern void *kthread_func(struct task_struct *task);
extern void *kthread_data(struct task_struct *task);
extern void kthread_exit(long result) __noreturn;
extern void kthread_complete_and_exit(struct completion *done, long code) __noreturn;

/* Workers: a thread that only runs queued works. */

#define KTW_FREEZABLE	1

struct kthread_worker {
	struct task_struct *task;
	struct list_head work_list;
	unsigned int flags;
};

struct kthread_work;
typedef void (*kthread_work_func_t)(struct kthread_work *work);

struct kthread_work {
	kthread_work_func_t func;
	struct list_head node;
};

struct kthread_delayed_work {
	struct timer_list timer;
	struct kthread_work work;
};

/* As up to Linux 6.13: the new worker already runs. */
extern struct kthread_worker *kthread_create_worker(unsigned int flags, const char namefmt[], ...)
	__printf(2, 3);
extern struct kthread_worker *kthread_create_worker_on_cpu(int cpu, unsigned int flags,
							   const char namefmt[], ...)
	__printf(3, 4);
extern void kthread_destroy_worker(struct kthread_worker *worker);
extern void kthread_flush_worker(struct kthread_worker *worker);

extern void kthread_init_worker(struct kthread_worker *worker);
extern int kthread_worker_fn(void *worker);

extern void kthread_init_work(struct kthread_work *work, kthread_work_func_t fn);
extern void kthread_init_delayed_work(struct kthread_delayed_work *dwork, kthread_work_func_t fn);

extern bool kthread_queue_work(struct kthread_worker *worker, struct kthread_work *work);
extern bool kthread_queue_delayed_work(struct kthread_worker *worker,
				       struct kthread_delayed_work *dwork, unsigned long delay);
extern bool kthread_mod_delayed_work(struct kthread_worker *worker,
				     struct kthread_delayed_work *dwork, unsigned long delay);
extern void kthread_flush_work(struct kthread_work *work);
extern bool kthread_cancel_work_sync(struct kthread_work *work);
extern bool kthread_cancel_delayed_work_sync(struct kthread_delayed_work *dwork);

#endif /* SHIM_LINUX_KTHREAD_H */
