// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: two heads of one function, one per configuration, with one body.
 *
 * Each branch opens the brace; there is a single closing one.  Read without the
 * preprocessor, the braces of the file do not match, and everything below may
 * be lost.
 *
 * What the tool has to see:
 *  - one thread function, cart_thread(), with two heads; also the plain helper
 *    cart_load() has two heads.
 *  - main loop: the first while; it has two heads as well, one per
 *    configuration.  The second while is a wait for the stop.
 *  - the functions below (creation, stop) are still found.
 *  - if the text cannot be read for certain, the right answer is to say so: no
 *    rewrite, and no silence.
 *  - checkpoints: the head.  sleeps: schedule_timeout_interruptible(), tail.
 *  - carried: nothing.  back edge: no lock, state RUNNING.
 *  - made by cart_start(), stopped by cart_stop(); woken by nobody.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct cart {
	struct task_struct *task;
	unsigned int load;
	bool broken;
};

#ifdef CONFIG_MODEL
static unsigned int cart_load(struct cart *c, unsigned int extra)
{
	unsigned int sum = c->load + extra;
#else
static unsigned int cart_load(struct cart *c)
{
	unsigned int sum = c->load;
#endif

	return min_t(unsigned int, sum, 100);
}

#ifdef CONFIG_MODEL
static int cart_thread(void *arg) {
#else
static int cart_thread(void *data) {
	void *arg = data;
#endif
	struct cart *c = arg;

#ifdef CONFIG_MODEL
	while (!kthread_should_stop()) {
		c->load = cart_load(c, 1);
#else
	while (!kthread_should_stop() && !c->broken) {
		c->load = cart_load(c);
#endif
		if (c->load > 90)
			c->load = 0;
		schedule_timeout_interruptible(HZ);
	}

	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

int cart_start(struct cart *c)
{
	c->task = kthread_run(cart_thread, c, "cart");
	return PTR_ERR_OR_ZERO(c->task);
}

void cart_stop(struct cart *c)
{
	kthread_stop(c->task);
}
