// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: the task state is set at the END of an iteration.
 *
 * The thread handles received frames.  It marks itself as sleeping at the end
 * of the body; the sleep is the first statement of the next iteration.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()).
 *  - back edge: the state is INTERRUPTIBLE here, not RUNNING.  It was set under
 *    the lock of the list, after the list was found empty, so no wake-up gets
 *    lost.
 *  - hence nothing may be put between the foot and the head of the loop: a
 *    helper that sleeps, takes a mutex or freezes would reset the state.  The
 *    stop test of the head is the recheck that belongs to this state.
 *  - on entry the state is INTERRUPTIBLE too (statement before the loop), and
 *    the statement after the loop puts it back.
 *  - sleeps: schedule() as the first statement of the body.
 *  - carried: nothing but the state; "frame" is scratch.
 *  - the inner while drains the list and drops the lock for each frame.
 *  - made by frame_port_up(), woken by frame_port_receive(), stopped by
 *    frame_port_down().
 */
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/spinlock.h>

struct frame {
	struct list_head node;
	unsigned int len;
};

struct frame_port {
	spinlock_t lock;
	struct list_head rx;
	struct task_struct *rx_thread;
};

void frame_handle(struct frame_port *port, struct frame *frame);

static int frame_rx_thread(void *arg)
{
	struct frame_port *port = arg;
	struct frame *frame;

	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		spin_lock_bh(&port->lock);
		while (!list_empty(&port->rx)) {
			frame = list_first_entry(&port->rx, struct frame, node);
			list_del(&frame->node);
			spin_unlock_bh(&port->lock);
			frame_handle(port, frame);
			spin_lock_bh(&port->lock);
		}
		set_current_state(TASK_INTERRUPTIBLE);
		spin_unlock_bh(&port->lock);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

void frame_port_receive(struct frame_port *port, struct frame *frame)
{
	spin_lock_bh(&port->lock);
	list_add_tail(&frame->node, &port->rx);
	wake_up_process(port->rx_thread);
	spin_unlock_bh(&port->lock);
}

int frame_port_up(struct frame_port *port)
{
	struct task_struct *task;

	spin_lock_init(&port->lock);
	INIT_LIST_HEAD(&port->rx);
	task = kthread_create(frame_rx_thread, port, "frame_rx");
	if (IS_ERR(task))
		return PTR_ERR(task);
	port->rx_thread = task;
	wake_up_process(task);
	return 0;
}

void frame_port_down(struct frame_port *port)
{
	kthread_stop(port->rx_thread);
	port->rx_thread = NULL;
}
