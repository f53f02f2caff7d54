/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef QUAY_H
#define QUAY_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/sched.h>
#include <linux/wait.h>

struct berth {
	struct list_head node;
	unsigned int cargo;
	unsigned int errors;
	bool open;
};

struct quay {
	spinlock_t lock;
	struct wait_queue_head wait;
	struct list_head berths;
	struct task_struct *crane;
	struct task_struct *tally;
	unsigned int loads;
	unsigned int total;
};

/* Two iterators whose names do not say so; see the .clang-format beside. */
#define berths_in_order(b, q)	list_for_each_entry(b, &(q)->berths, node)

#define over_live_berths(b, q)			\
	berths_in_order(b, q)			\
		if (!(b)->open) {		\
			;			\
		} else

int berth_lift(struct berth *b);

int quay_crane(void *data);
int quay_tally(void *data);

#endif /* QUAY_H */
