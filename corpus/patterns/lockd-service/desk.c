// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Model: the service library of a request server (see hold.c for its user).
 *
 * desk_create() is a forwarder: it only stores the thread function in a struct
 * field.  desk_hire() creates the threads from that field, later and in
 * another function.
 *
 * What the tool has to see:
 *  - kthread_create_on_node() gets d->clerk_fn; the value comes from the second
 *    parameter of desk_create(), hence from a call in another file.
 *  - there is no main loop in this file.
 *  - desk_receive() is a helper of the loop: it holds the sleep (state set,
 *    condition and stop tested again, schedule_timeout()), the freeze and a
 *    stop test of its own.  All three count as checkpoints of the caller's loop.
 *  - made and first woken by desk_hire(), woken by desk_post() through
 *    wake_up_process(), stopped by desk_dismiss() through kthread_stop().
 */
#include <linux/freezer.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include "desk.h"

struct desk *desk_create(const char *name, int (*clerk)(void *seat))
{
	struct desk *d = kzalloc(sizeof(*d), GFP_KERNEL);

	if (!d)
		return NULL;
	d->name = name;
	d->clerk_fn = clerk;
	mutex_init(&d->lock);
	spin_lock_init(&d->queue_lock);
	INIT_LIST_HEAD(&d->queue);
	INIT_LIST_HEAD(&d->seats);
	return d;
}

int desk_hire(struct desk *d, int node)
{
	struct desk_seat *seat = kzalloc(sizeof(*seat), GFP_KERNEL);
	struct task_struct *task;

	if (!seat)
		return -ENOMEM;
	seat->desk = d;
	task = kthread_create_on_node(d->clerk_fn, seat, node, "%s", d->name);
	if (IS_ERR(task)) {
		kfree(seat);
		return PTR_ERR(task);
	}
	seat->task = task;
	mutex_lock(&d->lock);
	list_add_tail(&seat->node, &d->seats);
	mutex_unlock(&d->lock);
	wake_up_process(task);
	return 0;
}

void desk_dismiss(struct desk *d)
{
	struct desk_seat *seat, *next;

	list_for_each_entry_safe(seat, next, &d->seats, node)
		kthread_stop(seat->task);
}

void desk_post(struct desk *d, struct list_head *item)
{
	struct desk_seat *seat;

	spin_lock_bh(&d->queue_lock);
	list_add_tail(item, &d->queue);
	spin_unlock_bh(&d->queue_lock);

	mutex_lock(&d->lock);
	seat = list_first_entry_or_null(&d->seats, struct desk_seat, node);
	if (seat)
		wake_up_process(seat->task);
	mutex_unlock(&d->lock);
}

int desk_receive(struct desk_seat *seat, long timeout)
{
	struct desk *d = seat->desk;

	set_current_state(TASK_INTERRUPTIBLE);
	if (list_empty(&d->queue) && !signal_pending(current) &&
	    !kthread_should_stop())
		schedule_timeout(timeout);
	__set_current_state(TASK_RUNNING);
	try_to_freeze();

	if (signal_pending(current) || kthread_should_stop())
		return -EINTR;
	spin_lock_bh(&d->queue_lock);
	seat->request = list_empty(&d->queue) ? NULL : d->queue.next;
	if (seat->request)
		list_del(seat->request);
	spin_unlock_bh(&d->queue_lock);
	return seat->request ? 0 : -EAGAIN;
}

void desk_leave(struct desk_seat *seat)
{
	mutex_lock(&seat->desk->lock);
	list_del(&seat->node);
	mutex_unlock(&seat->desk->lock);
	kfree(seat);
}
