// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: two back edges with two states.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()).
 *  - the foot of the loop is reached with INTERRUPTIBLE, the "continue" with
 *    RUNNING (more work: schedule() is a mere yield then).  Both come together
 *    at the head, so the state on the back edge is "either".
 *  - sleeps: schedule_timeout() as the first statement of the body.
 *  - carried: the state, and "delay", which was chosen in the iteration before.
 *  - no lock on either back edge; a kick right before the state is set at the
 *    foot is not seen before the timeout.
 *  - made by probe_start(), woken by probe_kick() through wake_up_process(),
 *    stopped by probe_end().
 */
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/slab.h>

struct prober {
	struct task_struct *task;
	unsigned int pending;
	unsigned long slow;
	unsigned long fast;
};

bool prober_step(struct prober *p);

static int prober_thread(void *arg)
{
	struct prober *p = arg;
	long delay = p->slow;

	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule_timeout(delay);
		__set_current_state(TASK_RUNNING);

		if (prober_step(p)) {
			delay = 1;
			continue;
		}

		delay = p->pending ? p->fast : p->slow;
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);

	return 0;
}

void probe_kick(struct prober *p)
{
	p->pending++;
	wake_up_process(p->task);
}

struct prober *probe_start(void)
{
	struct prober *p = kzalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return NULL;
	p->slow = 10 * HZ;
	p->fast = HZ / 10;
	p->task = kthread_run(prober_thread, p, "prober");
	if (!IS_ERR(p->task))
		return p;
	kfree(p);
	return NULL;
}

void probe_end(struct prober *p)
{
	kthread_stop(p->task);
	kfree(p);
}
