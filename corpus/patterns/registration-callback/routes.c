// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: the users of the generic thread in ferry.c.
 *
 * What the tool has to see:
 *  - no kthread creation in this file, and no thread function.
 *  - route_deliver() and route_resync() are callbacks of ferry_register(): each
 *    one is a single iteration that already stands alone.
 *  - the loops inside them are not main loops.  The one in route_resync() tests
 *    kthread_should_stop() all the same, since it may take minutes; its "goto
 *    interrupted" leaves the iteration, not the thread.
 *  - sleeps: route_resync() waits in mid-body for other people's work.
 *  - carried: only in the object, route->position.
 *  - woken by route_send(), by route_deliver() itself (there is more to do), and
 *    every ten seconds by the timeout of the second one.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/spinlock.h>
#include "ferry.h"

struct route {
	spinlock_t lock;
	unsigned int waiting;
	unsigned long position, end;
	int in_flight;
	struct wait_queue_head landed;
	struct ferry *deliver, *resync;
};

void route_carry(struct route *route, unsigned int n);
int route_copy(struct route *route, unsigned long pos);

static void route_deliver(struct ferry *ferry)
{
	struct route *route = ferry->owner;
	unsigned int batch;

	spin_lock(&route->lock);
	batch = min_t(unsigned int, route->waiting, 16);
	route->waiting -= batch;
	if (route->waiting)
		ferry_wake(ferry);
	spin_unlock(&route->lock);
	route_carry(route, batch);
}

static void route_resync(struct ferry *ferry)
{
	struct route *route = ferry->owner;

	while (route->position < route->end) {
		if (kthread_should_stop())
			goto interrupted;
		if (route_copy(route, route->position))
			break;
		route->position++;
		wait_event(route->landed, READ_ONCE(route->in_flight) < 8);
	}
	return;

interrupted:
	pr_info("route: resync stops at %lu\n", route->position);
}

void route_send(struct route *route, unsigned int n)
{
	spin_lock(&route->lock);
	route->waiting += n;
	spin_unlock(&route->lock);
	ferry_wake(route->deliver);
}

int route_open(struct route *route)
{
	spin_lock_init(&route->lock);
	init_waitqueue_head(&route->landed);
	route->deliver = ferry_register(route_deliver, route, "deliver");
	if (!route->deliver)
		return -ENOMEM;
	route->resync = ferry_register(route_resync, route, "resync");
	if (!route->resync) {
		ferry_unregister(route->deliver);
		return -ENOMEM;
	}
	route->resync->timeout = 10 * HZ;
	ferry_wake(route->resync);
	return 0;
}

void route_close(struct route *route)
{
	ferry_unregister(route->resync);
	ferry_unregister(route->deliver);
}
