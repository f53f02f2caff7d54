/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef DESK_H
#define DESK_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

struct desk;

/* One clerk thread sits on one seat. */
struct desk_seat {
	struct desk *desk;
	struct task_struct *task;
	struct list_head node;
	void *request;
};

/* A service; every seat runs clerk_fn with the seat as its argument. */
struct desk {
	const char *name;
	int (*clerk_fn)(void *seat);
	struct mutex lock;
	spinlock_t queue_lock;
	struct list_head queue;
	struct list_head seats;
	unsigned int max_open;
};

struct desk *desk_create(const char *name, int (*clerk)(void *seat));
int desk_hire(struct desk *d, int node);
void desk_dismiss(struct desk *d);
void desk_post(struct desk *d, struct list_head *item);

/* Sleeps for a request, at most "timeout" jiffies.  0, -EAGAIN or -EINTR. */
int desk_receive(struct desk_seat *seat, long timeout);
void desk_handle(struct desk_seat *seat);
/* The last call of a clerk; frees the seat. */
void desk_leave(struct desk_seat *seat);

#endif /* DESK_H */
