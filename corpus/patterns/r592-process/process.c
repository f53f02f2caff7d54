// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Model: a card reader whose thread takes one request per iteration.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()).
 *  - the state becomes INTERRUPTIBLE under the lock, before the next request is
 *    taken.  card_submit() takes the same lock to wake: with another order its
 *    wake-up would get lost.  Nothing may be put between this and schedule().
 *  - checkpoints: the head, and a second stop test that puts the state back
 *    to RUNNING so that schedule() does not sleep.
 *  - sleeps: schedule() in tail position; "continue" skips it.
 *  - carried: nothing; "req" and "flags" are scratch.
 *  - back edge: lock dropped; state RUNNING at the foot and on "continue".
 *  - made by card_probe(), woken by card_submit() (which uses the return value
 *    of wake_up_process()), stopped by card_remove().
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct card_request;

struct card_host {
	struct device *dev;
	spinlock_t thread_lock;
	struct task_struct *thread;
	unsigned long served;
};

struct card_request *card_next_request(struct card_host *host);
void card_execute(struct card_host *host, struct card_request *req);

static int card_thread(void *data)
{
	struct card_host *host = data;
	struct card_request *req;
	unsigned long flags;

	while (!kthread_should_stop()) {
		spin_lock_irqsave(&host->thread_lock, flags);
		set_current_state(TASK_INTERRUPTIBLE);
		req = card_next_request(host);
		spin_unlock_irqrestore(&host->thread_lock, flags);

		if (!IS_ERR(req)) {
			__set_current_state(TASK_RUNNING);
			card_execute(host, req);
			host->served++;
			continue;
		}

		if (PTR_ERR(req) != -ENODATA)
			dev_warn(host->dev, "queue says %ld\n", PTR_ERR(req));
		if (kthread_should_stop())
			__set_current_state(TASK_RUNNING);
		schedule();
	}
	return 0;
}

/* The upper layer has new requests. */
void card_submit(struct card_host *host)
{
	unsigned long flags;

	spin_lock_irqsave(&host->thread_lock, flags);
	if (wake_up_process(host->thread))
		dev_dbg(host->dev, "thread woken\n");
	spin_unlock_irqrestore(&host->thread_lock, flags);
}

int card_probe(struct device *dev)
{
	struct card_host *host = devm_kzalloc(dev, sizeof(*host), GFP_KERNEL);

	if (!host)
		return -ENOMEM;
	host->dev = dev;
	spin_lock_init(&host->thread_lock);
	host->thread = kthread_run(card_thread, host, "card_io");
	if (IS_ERR(host->thread))
		return PTR_ERR(host->thread);
	dev_set_drvdata(dev, host);
	return 0;
}

void card_remove(struct device *dev)
{
	struct card_host *host = dev_get_drvdata(dev);

	kthread_stop(host->thread);
	dev_info(dev, "%lu requests served\n", host->served);
}
