/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Iterants: a kernel thread's main loop as a function that is called once an
 * iteration. One driver, below, holds the loop, the checkpoints and the sleep.
 *
 * Two ways to use it:
 *
 *  - In place. The thread function stays what kthread_run() was given. It fills
 *    a struct kthread_iterant on its stack and calls kthread_iterant_run_here().
 *    Whoever creates, wakes and stops the thread sees no difference.
 *  - Created. kthread_iterant_run() and its kind make the thread. Then it must
 *    be stopped by kthread_iterant_stop(), which drops the reference that was
 *    taken at creation.
 *
 * The rules, and where each of them lives:
 *
 *  1  A thread stopped before its first run runs nothing, its result is -EINTR:
 *     the kernel's own kthread() sees to it, and kthread_iterant_fn().
 *  2  init, func, destroy: kthread_iterant_run_here().
 *  3  A turn is signal, freeze, park, stop; func; the sleep that func asked for:
 *     kthread_iterant_run_here(). Stop beats sleep: __kthread_iterant_pause().
 *  4  Checkpoints are a mask: the KTI_* values in type. Nothing is implied.
 *  5  KTI_TEST_FIRST: while (!stop) in place of do ... while (!stop).
 *  6  The driver leaves the task's state alone. It is changed by a request for
 *     sleep and by what ends one, and by the checkpoints that the mask names.
 *  7  A request sets the state at once: set_kthread_iterant_sleep().
 *  8  The thread's end by itself: kthread_iterant_stop_current(). The creator's
 *     reference: __kthread_iterant_hold(), dropped by kthread_iterant_stop().
 *  9  KTI_WAIT_STOP: __kthread_iterant_wait_stop().
 * 10  Signals: kthread_iterant_sigaction(), __kthread_iterant_signals().
 * 11  Stop of a thread in TASK_STOPPED: kthread_iterant_stop() sends SIGCONT,
 *     which wakes it even where it is ignored, and leaves nothing pending. The
 *     field stopping says so before, as kthread_should_stop() can't.
 * 12  The exit: kthread_stop() waits for it; where nobody calls that, done is
 *     completed by kthread_complete_and_exit(), in the kernel's own text.
 * 13  In place: kthread_iterant_run_here().
 * 14  Create and run are macros, because an inline function can't pass on a
 *     variable number of arguments.
 *
 * What only the kernel could do better: a thread that is frozen already is not
 * woken by a stop, so the stop waits for the thaw. A stop that comes first does
 * keep the thread out of the refrigerator, if KTI_STOP and KTI_FREEZE are set.
 *
 * Tried on Linux 6.1, and on no other; that it works elsewhere is not claimed. An
 * older kernel is refused by its headers, which lack TASK_FROZEN (and, older
 * still, task_sigpending() and kthread_complete_and_exit()).
 * It uses functions that are exported to GPL-compatible modules only.
 */
#ifndef _LINUX_KTHREAD_ITERANT_H
#define _LINUX_KTHREAD_ITERANT_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/freezer.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/numa.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/signal.h>
#include <linux/types.h>

#ifndef TASK_FROZEN
#error "kthread_iterant.h: needs the headers of Linux 6.1 or newer, see its head"
#endif

/* Requests for sleep, with the values of the 2015 series; never part of type. */
#define KTI_PAUSE_ONCE		0x0001	/* dropped after one use: always */
#define KTI_INT_SLEEP		0x0002	/* sleep until woken */
#define KTI_INT_SLEEP_TIMEOUT	0x0004	/* sleep until woken or timed out */
#define KTI_PAUSE_MASK		(KTI_PAUSE_ONCE | KTI_INT_SLEEP | \
				 KTI_INT_SLEEP_TIMEOUT)

/* Checkpoints, for type; rule 4. */
#define KTI_STOP		0x0010	/* end when kthread_stop() is called */
#define KTI_FREEZE		0x0020	/* freeze with the system or the cgroup */
#define KTI_PARK		0x0040	/* park when kthread_park() is called */
#define KTI_SIGNAL		0x0080	/* take pending signals */
/* What a hand-written iterant has, unless it knows better. */
#define KTI_DEFAULT		(KTI_STOP | KTI_FREEZE)

/* Flags, for type. */
#define KTI_TEST_FIRST		0x0100	/* test stop before the first func */
#define KTI_WAIT_STOP		0x0200	/* having ended, stay until stopped */

/* How many signals an iterant may handle. */
#define KTI_NR_SIGACTIONS	8

/**
 * struct kthread_iterant - a kernel thread that is called once an iteration
 * @type: what the driver does between two calls: KTI_STOP, KTI_FREEZE, KTI_PARK
 *	and KTI_SIGNAL, KTI_TEST_FIRST, KTI_WAIT_STOP; 0 is no checkpoint at all;
 *	KTI_DEFAULT is a good choice for new code
 * @data: what is passed to @init, @func and @destroy
 * @init: called once, in the thread, before everything else; 0, or a negative
 *	error, which then is the thread's result; neither @func nor @destroy is
 *	called after an error; may be NULL
 * @func: one iteration; the only one that must be there
 * @destroy: called once, in the thread, after the last @func, if @init
 *	succeeded; may be NULL
 * @done: completed when the thread has ended, by the kernel's own text, so that
 *	the module may go; for a created iterant that nobody stops; else NULL;
 *	a thread that was stopped before its first run never completes it
 *
 * All three functions run in the thread and may block, @func not between asking
 * for a sleep and returning. Fields that aren't set must be 0.
 *
 * A created iterant belongs to its creator and must live until
 * kthread_iterant_stop() has returned, or @done is completed. One that runs in
 * place may stand on the thread's stack.
 */
struct kthread_iterant {
	unsigned int type;
	void *data;
	int (*init)(void *data);
	void (*func)(void *data);
	void (*destroy)(void *data);
	struct completion *done;
	/* private: */
	struct task_struct *task;	/* runs it */
	unsigned int pause;		/* KTI_PAUSE_MASK: what func asked for */
	long timeout;			/* jiffies */
	int result;			/* of kthread_iterant_stop_current() */
	bool ended;			/* the thread asked for its end */
	bool stopping;			/* kthread_iterant_stop() was called */
	struct {
		int sig;
		void (*handler)(void *data, int sig);
	} actions[KTI_NR_SIGACTIONS];
};

/**
 * to_kthread_iterant - the iterant of a created thread
 * @task: what kthread_iterant_create() or one of its kind returned
 *
 * For another task the result is meaningless: that of a thread which runs an
 * iterant in place is the thread's own data.
 *
 * Context: Any; never blocks. The caller keeps @task valid.
 * Return: The iterant that the thread was created with.
 */
static inline struct kthread_iterant *
to_kthread_iterant(struct task_struct *task)
{
	return kthread_data(task);
}

/**
 * kthread_iterant_should_stop - does the loop end after this iteration?
 * @it: the iterant
 *
 * The driver's own test. kthread_should_stop() does not know of an end that the
 * thread asked for itself.
 *
 * Context: The iterant's own thread, from init, func, destroy or a handler.
 *	Never blocks.
 * Return: true after kthread_iterant_stop_current() or a fatal signal, and, with
 *	KTI_STOP, after kthread_iterant_stop() or kthread_stop().
 */
static inline bool
kthread_iterant_should_stop(const struct kthread_iterant *it)
{
	if (it->ended)
		return true;
	return (it->type & KTI_STOP) &&
	       (READ_ONCE(it->stopping) || kthread_should_stop());
}

/**
 * kthread_iterant_stop_current - end the loop after this iteration
 * @it: the iterant that calls
 * @ret: the thread's result, given on bit for bit
 *
 * Rule 8. The call returns, and func should then do so too: no further func, no
 * sleep and no checkpoint follows, only destroy. Called by init it leaves out
 * func altogether. If it is called twice, the last result counts. -EINTR is what
 * a thread that never ran returns; callers may take it for that.
 *
 * kthread_iterant_stop() must still be called, once, for a created thread. One
 * that runs in place is a plain thread: where somebody calls kthread_stop() on
 * it, its task must be kept valid for that, by a reference or by KTI_WAIT_STOP.
 *
 * Context: The iterant's own thread, from init, func, destroy or a handler.
 *	Never blocks.
 */
static inline void kthread_iterant_stop_current(struct kthread_iterant *it,
						int ret)
{
	it->result = ret;
	it->ended = true;
}

/**
 * set_kthread_iterant_sleep - ask for a sleep until woken, after this iteration
 * @it: the iterant that calls
 * @state: the state to sleep in, such as TASK_INTERRUPTIBLE
 *
 * Rule 7. Sets the task's state at once. So ask first, then test whether there
 * is something to do, and if so clear_kthread_iterant_sleep(): a wake-up that
 * comes after the request is not lost, it ends the sleep before it begins.
 * Nothing between the request and func's return may block.
 *
 * A request counts for one turn. It is dropped if the loop ends, or has to park
 * or freeze first (as far as type says so); the state is TASK_RUNNING then.
 *
 * Context: The iterant's own thread, from func. Never blocks.
 */
static inline void set_kthread_iterant_sleep(struct kthread_iterant *it,
					     unsigned int state)
{
	it->pause = KTI_PAUSE_ONCE | KTI_INT_SLEEP;
	set_current_state(state);
}

/**
 * set_kthread_iterant_sleep_timeout - ask for a sleep of limited length
 * @it: the iterant that calls
 * @state: the state to sleep in, such as TASK_INTERRUPTIBLE
 * @timeout: the limit in jiffies; 0: no sleep; MAX_SCHEDULE_TIMEOUT: no limit
 *
 * Rule 7. As set_kthread_iterant_sleep(); whatever comes first, wake-up or
 * timeout, ends the sleep, and both together end one sleep only. How much time
 * was left is not told.
 *
 * Context: The iterant's own thread, from func. Never blocks.
 */
static inline void
set_kthread_iterant_sleep_timeout(struct kthread_iterant *it,
				  unsigned int state, long timeout)
{
	it->pause = KTI_PAUSE_ONCE | KTI_INT_SLEEP_TIMEOUT;
	it->timeout = timeout;
	set_current_state(state);
}

/**
 * set_kthread_iterant_int_sleep - ask for an interruptible sleep
 * @it: the iterant that calls
 *
 * set_kthread_iterant_sleep() with TASK_INTERRUPTIBLE, by its name of 2015.
 *
 * Context: The iterant's own thread, from func. Never blocks.
 */
static inline void set_kthread_iterant_int_sleep(struct kthread_iterant *it)
{
	set_kthread_iterant_sleep(it, TASK_INTERRUPTIBLE);
}

/**
 * set_kthread_iterant_int_sleep_timeout - ask for an interruptible sleep with a
 *	limit
 * @it: the iterant that calls
 * @timeout: the limit in jiffies, as in set_kthread_iterant_sleep_timeout()
 *
 * set_kthread_iterant_sleep_timeout() with TASK_INTERRUPTIBLE, by its name of
 * 2015.
 *
 * Context: The iterant's own thread, from func. Never blocks.
 */
static inline void
set_kthread_iterant_int_sleep_timeout(struct kthread_iterant *it, long timeout)
{
	set_kthread_iterant_sleep_timeout(it, TASK_INTERRUPTIBLE, timeout);
}

/**
 * clear_kthread_iterant_sleep - cancel a request for sleep
 * @it: the iterant that calls
 *
 * Rule 7. The state is TASK_RUNNING afterwards, so func may block again.
 *
 * Context: The iterant's own thread, from func. Never blocks.
 */
static inline void clear_kthread_iterant_sleep(struct kthread_iterant *it)
{
	it->pause = 0;
	__set_current_state(TASK_RUNNING);
}

/**
 * kthread_iterant_sigaction - allow a signal, and say what it does
 * @it: the iterant
 * @sig: the signal's number
 * @handler: called as a plain function, in the thread, with the iterant's data
 *	and the number; may block; NULL: the default below
 *
 * Rule 10. All signals are ignored until they are allowed. The checkpoint
 * KTI_SIGNAL takes those that are pending. The default is: SIGSTOP, SIGTSTP,
 * SIGTTIN and SIGTTOU stop the thread until SIGCONT; SIGCONT, SIGCHLD, SIGURG and
 * SIGWINCH do nothing; all others are fatal: they end the loop with the result 0,
 * and what else is pending is dropped. A handler replaces the default, also that
 * of SIGKILL and SIGSTOP. A signal that was allowed by allow_signal() alone has
 * its default.
 *
 * Before the thread runs, this takes note only, and the driver allows the signal
 * before it calls init. In the thread it allows the signal at once.
 *
 * Context: Before the thread is created, or the iterant's own thread. Never
 *	blocks.
 * Return: 0; -EINVAL if there is no such signal; -ENOSPC if the iterant has
 *	KTI_NR_SIGACTIONS of them already.
 */
static inline int
kthread_iterant_sigaction(struct kthread_iterant *it, int sig,
			  void (*handler)(void *data, int sig))
{
	int i;

	if (sig < 1 || !valid_signal(sig))
		return -EINVAL;
	for (i = 0; i < KTI_NR_SIGACTIONS; i++) {
		if (it->actions[i].sig && it->actions[i].sig != sig)
			continue;
		it->actions[i].sig = sig;
		it->actions[i].handler = handler;
		if (it->task == current)
			allow_signal(sig);
		return 0;
	}
	return -ENOSPC;
}

/* What a signal does: its handler, or the default; rule 10. */
static inline void __kthread_iterant_signal(struct kthread_iterant *it, int sig)
{
	int i;

	for (i = 0; i < KTI_NR_SIGACTIONS; i++) {
		if (it->actions[i].sig == sig && it->actions[i].handler) {
			it->actions[i].handler(it->data, sig);
			return;
		}
	}
	if (sig_kernel_stop(sig)) {
		/* After the SIGCONT of a stop nothing would wake it; rule 11. */
		if (!READ_ONCE(it->stopping))
			kernel_signal_stop();
	} else if (!sig_kernel_ignore(sig)) {
		flush_signals(current);
		it->ended = true;
	}
}

/*
 * The signal checkpoint; rule 10. It asks for real signals: kthread_stop() sets
 * TIF_NOTIFY_SIGNAL, which signal_pending() reports as well and which nothing
 * here could clear. The flag for real ones is not cleared either while the task
 * is to freeze, so the loop ends at signal 0, and gives way to what matters more.
 */
static inline void __kthread_iterant_signals(struct kthread_iterant *it)
{
	int sig;

	while (task_sigpending(current)) {
		if (kthread_iterant_should_stop(it))
			return;
		if ((it->type & KTI_FREEZE) && freezing(current))
			return;
		sig = kernel_dequeue_signal();
		if (!sig)
			return;
		__kthread_iterant_signal(it, sig);
	}
}

/* The freeze checkpoint. A stop that was asked for before is not delayed. */
static inline void __kthread_iterant_freeze(struct kthread_iterant *it)
{
	if (!(it->type & KTI_STOP))
		try_to_freeze();
	else if (!READ_ONCE(it->stopping))
		kthread_freezable_should_stop(NULL);
}

/* The checkpoints of a turn but the stop test, in the order of rule 3. */
static inline void __kthread_iterant_checkpoints(struct kthread_iterant *it)
{
	if (it->type & KTI_SIGNAL)
		__kthread_iterant_signals(it);
	if (it->type & KTI_FREEZE)
		__kthread_iterant_freeze(it);
	if ((it->type & KTI_PARK) && kthread_should_park())
		kthread_parkme();
}

/*
 * Whether the thread is asked to park or to freeze. Who asks sets a mark and then
 * wakes the thread. If that was before the thread set its state, the wake-up is
 * gone, and only the mark tells: so this is tested once more before any sleep.
 */
static inline bool __kthread_iterant_held_up(const struct kthread_iterant *it)
{
	return ((it->type & KTI_PARK) && kthread_should_park()) ||
	       ((it->type & KTI_FREEZE) && freezing(current));
}

/* The sleep that func asked for, if it did; rules 3, 6 and 7. */
static inline void __kthread_iterant_pause(struct kthread_iterant *it)
{
	unsigned int pause = it->pause;

	if (!pause)
		return;
	it->pause = 0;
	if (kthread_iterant_should_stop(it) || __kthread_iterant_held_up(it))
		__set_current_state(TASK_RUNNING);
	else if (!(pause & KTI_INT_SLEEP_TIMEOUT))
		schedule();
	else if (it->timeout)
		schedule_timeout(it->timeout);
	else
		__set_current_state(TASK_RUNNING);
}

/*
 * Stay until kthread_stop(); rule 9. Meanwhile the thread freezes and parks as
 * its type says. Signals are dropped: one that stayed pending would turn the
 * interruptible sleep into a busy loop.
 */
static inline void __kthread_iterant_wait_stop(struct kthread_iterant *it)
{
	for (;;) {
		if (task_sigpending(current))
			flush_signals(current);
		if (it->type & KTI_FREEZE)
			kthread_freezable_should_stop(NULL);
		if ((it->type & KTI_PARK) && kthread_should_park())
			kthread_parkme();
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		if (!__kthread_iterant_held_up(it))
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	__set_current_state(TASK_RUNNING);
}

/**
 * kthread_iterant_run_here - run an iterant in the current thread
 * @it: the iterant; may stand on the stack
 *
 * Rule 13; runs rules 2 to 10. Whether the thread is freezable stays as it was:
 * with KTI_FREEZE the caller has called set_freezable(). Signals given to
 * kthread_iterant_sigaction() are allowed here, before init.
 *
 * Context: A kernel thread, in TASK_RUNNING if @it has init or a checkpoint
 *	other than KTI_STOP; blocks as the iterant asks for.
 * Return: 0 if a checkpoint ended the loop; what kthread_iterant_stop_current()
 *	was given; or init's error.
 */
static inline int kthread_iterant_run_here(struct kthread_iterant *it)
{
	bool test_stop = it->type & KTI_TEST_FIRST;
	int ret = 0;
	int i;

	it->task = current;
	it->pause = 0;
	it->result = 0;
	it->ended = false;
	/* Before init, which may make the thread known to those who signal. */
	for (i = 0; i < KTI_NR_SIGACTIONS && it->actions[i].sig; i++)
		allow_signal(it->actions[i].sig);
	if (it->init)
		ret = it->init(it->data);
	if (!ret) {
		while (!it->ended) {
			__kthread_iterant_checkpoints(it);
			if (it->ended ||
			    (test_stop && kthread_iterant_should_stop(it)))
				break;
			it->func(it->data);
			__kthread_iterant_pause(it);
			test_stop = true;
		}
		if (it->destroy)
			it->destroy(it->data);
		ret = it->result;
	}
	if (it->type & KTI_WAIT_STOP)
		__kthread_iterant_wait_stop(it);
	return ret;
}

/**
 * kthread_iterant_fn - the thread function of all created iterants
 * @it: the struct kthread_iterant
 *
 * With KTI_FREEZE it makes the thread freezable, before init; a thread of the
 * kernel isn't. It is an inline function, so its address differs from file to
 * file: never compare it with kthread_func().
 *
 * Context: Given to kthread_create(); never called.
 * Return: As kthread_iterant_run_here(); doesn't return if the iterant has done.
 */
static inline int kthread_iterant_fn(void *it)
{
	struct kthread_iterant *iterant = it;
	struct completion *done = iterant->done;
	int ret;

	/*
	 * Rule 1, where the kernel leaves a gap: a thread that was parked before
	 * its first run is let in here by the unparking that is part of a stop.
	 */
	if (kthread_should_stop())
		return -EINTR;
	if (iterant->type & KTI_FREEZE)
		set_freezable();
	ret = kthread_iterant_run_here(iterant);
	/* After complete() both iterant and module may be gone; rule 12. */
	if (done)
		kthread_complete_and_exit(done, ret);
	return ret;
}

/* Fit for a (new) thread: what another thread may look at before it runs. */
static inline struct kthread_iterant *
__kthread_iterant_prepare(struct kthread_iterant *it)
{
	it->task = NULL;
	it->stopping = false;
	return it;
}

/* Hold a thread that was just created, for kthread_iterant_stop(); rule 8. */
static inline struct task_struct *
__kthread_iterant_hold(struct task_struct *task)
{
	if (!IS_ERR(task))
		get_task_struct(task);
	return task;
}

/* Wake a thread that was just created, if it was. */
static inline struct task_struct *
__kthread_iterant_wake(struct task_struct *task)
{
	if (!IS_ERR(task))
		wake_up_process(task);
	return task;
}

/**
 * kthread_iterant_create_on_node - create a thread for an iterant on a node
 * @it: the iterant; must live until kthread_iterant_stop() has returned
 * @node: where the thread's memory is taken from, or NUMA_NO_NODE
 * @namefmt: the thread's name, as for printf()
 *
 * Rule 14. The thread waits for its first wake_up_process(). The macro takes a
 * reference on its task; kthread_iterant_stop() drops it. A creator that never
 * stops the thread calls put_task_struct().
 *
 * Context: May block.
 * Return: The task, or ERR_PTR(-ENOMEM) or ERR_PTR(-EINTR).
 */
#define kthread_iterant_create_on_node(it, node, namefmt, ...)		\
	__kthread_iterant_hold(kthread_create_on_node(kthread_iterant_fn, \
						      __kthread_iterant_prepare(it), \
						      node, namefmt, ##__VA_ARGS__))

/**
 * kthread_iterant_create - create a thread for an iterant
 * @it: the iterant
 * @namefmt: the thread's name, as for printf()
 *
 * kthread_iterant_create_on_node() on no particular node.
 *
 * Context: May block.
 * Return: The task, or ERR_PTR(-ENOMEM) or ERR_PTR(-EINTR).
 */
#define kthread_iterant_create(it, namefmt, ...)			\
	kthread_iterant_create_on_node(it, NUMA_NO_NODE, namefmt, ##__VA_ARGS__)

/**
 * kthread_iterant_create_on_cpu - create a thread for an iterant on one CPU
 * @it: the iterant
 * @cpu: the CPU that the thread is bound to
 * @namefmt: the thread's name; may hold one %u, which becomes @cpu
 *
 * As kthread_iterant_create_on_node().
 *
 * Context: May block.
 * Return: The task, or ERR_PTR(-ENOMEM) or ERR_PTR(-EINTR).
 */
#define kthread_iterant_create_on_cpu(it, cpu, namefmt)			\
	__kthread_iterant_hold(kthread_create_on_cpu(kthread_iterant_fn, \
						     __kthread_iterant_prepare(it), \
						     cpu, namefmt))

/**
 * kthread_iterant_run - create a thread for an iterant and wake it
 * @it: the iterant
 * @namefmt: the thread's name, as for printf()
 *
 * kthread_iterant_create(), then wake_up_process().
 *
 * Context: May block.
 * Return: The task, or ERR_PTR(-ENOMEM) or ERR_PTR(-EINTR).
 */
#define kthread_iterant_run(it, namefmt, ...)				\
	__kthread_iterant_wake(kthread_iterant_create(it, namefmt,	\
						      ##__VA_ARGS__))

/**
 * kthread_iterant_run_on_cpu - create a thread on one CPU and wake it
 * @it: the iterant
 * @cpu: the CPU that the thread is bound to
 * @namefmt: the thread's name; may hold one %u, which becomes @cpu
 *
 * kthread_iterant_create_on_cpu(), then wake_up_process().
 *
 * Context: May block.
 * Return: The task, or ERR_PTR(-ENOMEM) or ERR_PTR(-EINTR).
 */
#define kthread_iterant_run_on_cpu(it, cpu, namefmt)			\
	__kthread_iterant_wake(kthread_iterant_create_on_cpu(it, cpu, namefmt))

/**
 * kthread_iterant_stop - stop a created thread, and let go of it
 * @task: what kthread_iterant_create() or one of its kind returned
 *
 * Rules 8 and 11. Asks the thread to stop, wakes it even if a signal stopped it
 * or it is parked, waits until it has exited, and drops the reference that was
 * taken at creation: afterwards neither @task nor the iterant is in use. Call it
 * once, also if the thread has ended already. It must not be called by the
 * thread itself. It waits for ever if the iterant neither has KTI_STOP nor ends
 * by itself.
 *
 * Context: May block; without a lock that the thread takes.
 * Return: The thread's result; -EINTR if it never ran.
 */
static inline int kthread_iterant_stop(struct task_struct *task)
{
	int ret;

	/*
	 * First the mark. After the SIGCONT the thread shall neither go on for
	 * another func, nor be stopped by another SIGSTOP.
	 */
	WRITE_ONCE(to_kthread_iterant(task)->stopping, true);
	send_sig(SIGCONT, task, 1);
	ret = kthread_stop(task);
	put_task_struct(task);
	return ret;
}

#endif /* _LINUX_KTHREAD_ITERANT_H */
