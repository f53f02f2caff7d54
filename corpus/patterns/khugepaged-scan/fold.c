// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Model: a memory scanner with a short main loop whose work is in helpers.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()) with two calls and nothing else.
 *  - checkpoints: the stop test at the head; foldd_scan() tests stop and
 *    freezes in its own loop; foldd_rest() sleeps.  All of them must remain.
 *  - sleeps: wait_event_freezable() and its timeout form, in a helper; both
 *    conditions test stop too, through predicate functions.
 *  - carried: nothing; the thread has no locals.
 *  - back edge: no lock, state RUNNING.
 *  - tail: gives the current slot back under foldd_lock.
 *  - made and stopped by foldd_switch(), again and again; woken by foldd_add()
 *    through the wait queue.
 */
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/wait.h>

struct fold_slot { struct list_head node; };

static DEFINE_SPINLOCK(foldd_lock);
static DEFINE_MUTEX(foldd_mutex);
static DECLARE_WAIT_QUEUE_HEAD(foldd_wait);
static LIST_HEAD(foldd_slots);
static struct fold_slot *foldd_cursor;
static struct task_struct *foldd_task;
static unsigned int foldd_pages = 512, foldd_rest_ms = 10000;
static unsigned long foldd_wake_at;

unsigned int fold_scan_slot(unsigned int pages);
void fold_put_slot(struct fold_slot *slot);

static bool foldd_expired(void)
{
	return kthread_should_stop() || time_after_eq(jiffies, foldd_wake_at);
}

static bool foldd_has_work(void)
{
	return !list_empty(&foldd_slots) || kthread_should_stop();
}

static void foldd_scan(void)
{
	unsigned int done = 0;

	while (done < foldd_pages) {
		cond_resched();
		if (unlikely(kthread_should_stop() || try_to_freeze()))
			break;

		spin_lock(&foldd_lock);
		if (list_empty(&foldd_slots))
			done = foldd_pages;
		else
			done += fold_scan_slot(foldd_pages - done);
		spin_unlock(&foldd_lock);
	}
}

static void foldd_rest(void)
{
	if (!list_empty(&foldd_slots)) {
		unsigned long rest = msecs_to_jiffies(foldd_rest_ms);

		foldd_wake_at = jiffies + rest;
		wait_event_freezable_timeout(foldd_wait, foldd_expired(), rest);
	} else {
		wait_event_freezable(foldd_wait, foldd_has_work());
	}
}

static int foldd(void *unused)
{
	set_user_nice(current, MAX_NICE);
	set_freezable();
	while (!kthread_should_stop()) {
		foldd_scan();
		foldd_rest();
	}

	spin_lock(&foldd_lock);
	if (foldd_cursor)
		fold_put_slot(foldd_cursor);
	foldd_cursor = NULL;
	spin_unlock(&foldd_lock);
	return 0;
}

void foldd_add(struct fold_slot *slot)
{
	spin_lock(&foldd_lock);
	list_add_tail(&slot->node, &foldd_slots);
	spin_unlock(&foldd_lock);
	wake_up_interruptible(&foldd_wait);
}

int foldd_switch(bool on)
{
	int err = 0;

	mutex_lock(&foldd_mutex);
	if (on && !foldd_task) {
		foldd_task = kthread_run(foldd, NULL, "foldd");
		err = PTR_ERR_OR_ZERO(foldd_task);
		if (err)
			foldd_task = NULL;
	} else if (!on && foldd_task) {
		kthread_stop(foldd_task);
		foldd_task = NULL;
	}
	mutex_unlock(&foldd_mutex);
	return err;
}
