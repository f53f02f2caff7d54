// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Model: a lock server whose thread is created by a service library.
 *
 * This file never calls a kthread creation function.  The thread function is
 * handed to desk_create() in desk.c, which stores it in a struct field.
 *
 * What the tool has to see:
 *  - hold_clerk is a thread function, found through desk_create() and the
 *    field desk.clerk_fn.
 *  - main loop: while (!kthread_should_stop()).
 *  - checkpoints: the stop test of the head, signal_pending() followed by
 *    flush_signals(); desk_receive() stops, freezes and sleeps out of sight.
 *  - two "continue"s that belong to the main loop, one of them in a switch, whose
 *    "break" does not.
 *  - carried: nothing; "patience" is scratch.  "seat" and "book" are constant;
 *    both are read in the tail.
 *  - back edge: no lock, state RUNNING.
 *  - the tail ends with desk_leave(), which frees the thread's own argument.
 *  - made by hold_up(), stopped by hold_down() through desk_dismiss().
 */
#include <linux/freezer.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include "desk.h"

struct hold_book {
	unsigned int grace;
	unsigned int limit;
};

static struct hold_book hold_book;
static struct desk *hold_desk;

long hold_retry_waiters(struct hold_book *book);
void hold_drop_all(struct hold_book *book);
void hold_grace_begin(struct hold_book *book);
void hold_grace_end(struct hold_book *book);

static int hold_clerk(void *arg)
{
	struct desk_seat *seat = arg;
	struct hold_book *book = &hold_book;

	allow_signal(SIGKILL);
	set_freezable();

	while (!kthread_should_stop()) {
		long patience;

		if (signal_pending(current)) {
			hold_drop_all(book);
			flush_signals(current);
			hold_grace_begin(book);
			continue;
		}

		patience = hold_retry_waiters(book);
		seat->desk->max_open = book->limit;
		switch (desk_receive(seat, patience)) {
		case -EAGAIN:
		case -EINTR:
			continue;
		default:
			break;
		}

		desk_handle(seat);
	}

	flush_signals(current);
	hold_drop_all(book);
	hold_grace_end(book);
	desk_leave(seat);
	return 0;
}

int hold_up(void)
{
	hold_desk = desk_create("holdd", hold_clerk);
	if (!hold_desk)
		return -ENOMEM;
	return desk_hire(hold_desk, NUMA_NO_NODE);
}

void hold_down(void)
{
	desk_dismiss(hold_desk);
}
