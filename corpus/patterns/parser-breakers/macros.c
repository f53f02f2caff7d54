// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: macro calls that no C grammar can read without the preprocessor.
 *
 * What the tool has to see:
 *  - main loop: while ( ! kthread_should_stop () ), with blanks in odd places,
 *    and its brace on a line of its own.
 *  - in the loop: a type as a macro argument (list_entry(), min_t()), a
 *    declaration as a macro argument (PRESS_DEBUG_DECL), statement macros
 *    without a semicolon (PRESS_TICK, PRESS_IF_DEBUG), a log level and a prefix
 *    in front of a string (KERN_ERR PFX), and a format put together from pieces.
 *  - "continue" after PRESS_TICK(p) belongs to the main loop.
 *  - checkpoints: the head, and PRESS_LEAVE_IF_STOPPED, a macro that hides a
 *    stop test and a "break".
 *  - sleeps: schedule_timeout () in tail position with its state set before it.
 *  - carried: nothing.  "buf" exists in one configuration only.
 *  - back edge: no lock, state RUNNING.
 *  - made by press_start(), woken by press_push(), stopped by press_stop().
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/list.h>

#define PFX		"press: "
#define PRI_BYTES	"llu"
#define PRI_NR		"u"

#ifdef CONFIG_MODEL
#define PRESS_DEBUG_DECL(decl)	decl
#define PRESS_IF_DEBUG(stmt)	stmt
#else
#define PRESS_DEBUG_DECL(decl)
#define PRESS_IF_DEBUG(stmt)
#endif

#define PRESS_TICK(p)			(p)->ticks++;
#define PRESS_LEAVE_IF_STOPPED()	if (kthread_should_stop()) break

struct sheet {
	struct list_head node;
	u64 bytes;
};

struct press {
	struct list_head stack;
	struct task_struct *task;
	unsigned int ticks;
	unsigned long chunk;
};

int press_sheet (struct press *p, struct sheet *s, unsigned long bytes);

static int
press_thread (void *data)
{
	struct press	*p = data;
	struct sheet	*s;

	while ( ! kthread_should_stop () )
	{
		unsigned long bytes;
		PRESS_DEBUG_DECL(char buf[20];)

		if (list_empty (&p->stack)) {
			set_current_state (TASK_INTERRUPTIBLE);
			PRESS_LEAVE_IF_STOPPED();
			schedule_timeout (HZ);
			PRESS_TICK(p)
			continue;
		}

		s = list_entry(p->stack.next, struct sheet, node);
		list_del (&s->node);
		bytes = min_t(unsigned long, s->bytes, p->chunk);

		PRESS_IF_DEBUG(snprintf(buf, sizeof(buf), "%lu", bytes);)
		PRESS_IF_DEBUG(printk(KERN_DEBUG PFX "takes %s\n", buf);)

		if (press_sheet (p, s, bytes) < 0)
			printk(KERN_ERR PFX "sheet %" PRI_NR " of "
			       "%" PRI_BYTES " bytes lost\n",
			       p->ticks, s->bytes);
		PRESS_TICK(p)
	}
	__set_current_state (TASK_RUNNING);

	return 0;
}

void press_push(struct press *p, struct sheet *s)
{
	list_add_tail(&s->node, &p->stack);
	wake_up_process(p->task);
}

int press_start(struct press *p)
{
	INIT_LIST_HEAD(&p->stack);
	p->task = kthread_run(press_thread, p, "press");
	return PTR_ERR_OR_ZERO(p->task);
}

void press_stop(struct press *p)
{
	kthread_stop(p->task);
}
