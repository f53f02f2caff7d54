// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: thread functions that run once and have no main loop.
 *
 * What the tool has to see:
 *  - seed_load_thread(): straight line, ends by itself with
 *    kthread_complete_and_exit(); nobody calls kthread_stop().  It has a loop
 *    over the parts of the image: work, no sleep, no stop test.
 *  - seed_check_thread(): runs once, then waits for the stop in a loop: a wait
 *    to die, not a main loop.
 *  - checkpoints: none in the first; the wait of the second.
 *  - sleeps: in helpers (reading the image) and in the wait of the second.
 *  - carried, back edge: do not apply.
 *  - nothing to convert: a conversion must refuse with that reason.
 *  - made by seed_probe(); the first is waited for in seed_remove() through a
 *    completion, the second one is stopped there.
 */
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#define SEED_PARTS	8

struct seed {
	struct completion loaded;
	struct task_struct *checker;
	int error;
};

int seed_load_part(struct seed *s, unsigned int part);
int seed_check(struct seed *s);

static int seed_load_thread(void *arg)
{
	struct seed *s = arg;
	unsigned int part;

	for (part = 0; part < SEED_PARTS; part++) {
		s->error = seed_load_part(s, part);
		if (s->error)
			break;
	}

	kthread_complete_and_exit(&s->loaded, 0);
}

static int seed_check_thread(void *arg)
{
	struct seed *s = arg;
	int result;

	wait_for_completion(&s->loaded);
	result = s->error ?: seed_check(s);

	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return result;
}

int seed_probe(struct seed *s)
{
	struct task_struct *loader;

	init_completion(&s->loaded);
	s->checker = kthread_run(seed_check_thread, s, "seed_check");
	if (IS_ERR(s->checker))
		return PTR_ERR(s->checker);

	loader = kthread_run(seed_load_thread, s, "seed_load");
	if (IS_ERR(loader)) {
		s->error = PTR_ERR(loader);
		complete_all(&s->loaded);
		kthread_stop(s->checker);
		return s->error;
	}
	return 0;
}

void seed_remove(struct seed *s)
{
	int err = kthread_stop(s->checker);

	if (err)
		pr_warn("seed: bad image, %d\n", err);
}
