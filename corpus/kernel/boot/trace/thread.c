// SPDX-License-Identifier: GPL-2.0 OR MIT
/* What the thread does: init, func, destroy and handlers, as the script says. */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/smp.h>
#include <linux/string.h>
#include "trace.h"

/* Whether what an "until" waits for has come. */
static bool come(struct run *run, const char *what)
{
	if (!strcmp(what, "stop"))
		return kthread_should_stop();
	if (!strcmp(what, "park"))
		return kthread_should_park();
	if (!strcmp(what, "freeze"))
		return freezing(current);
	return READ_ONCE(run->open);
}

static void until(struct run *run, const char *what)
{
	ktime_t limit = ktime_add_ms(ktime_get(), limit_ms);

	while (!come(run, what)) {
		if (READ_ONCE(run->abandoned))
			return;
		if (ktime_after(ktime_get(), limit)) {
			event(run, "timeout");
			return;
		}
		msleep(1);
	}
}

static void ask_for_sleep(struct kthread_iterant *it, const struct step *step)
{
	int state = state_number(step->word[1]);
	long timeout = msecs_to_jiffies(step->number);

	if (step->words == 3 && state == TASK_INTERRUPTIBLE)
		set_kthread_iterant_int_sleep_timeout(it, timeout);
	else if (step->words == 3)
		set_kthread_iterant_sleep_timeout(it, state, timeout);
	else if (state == TASK_INTERRUPTIBLE)
		set_kthread_iterant_int_sleep(it);
	else
		set_kthread_iterant_sleep(it, state);
}

static void thread_step(struct run *run, const struct step *step)
{
	const char *name = step->word[0];

	if (!strcmp(name, "sleep"))
		ask_for_sleep(run->it, step);
	else if (!strcmp(name, "cancel"))
		clear_kthread_iterant_sleep(run->it);
	else if (!strcmp(name, "stop-current"))
		kthread_iterant_stop_current(run->it, step->number);
	else if (!strcmp(name, "wake"))
		wake_up_process(current);
	else if (!strcmp(name, "raise"))
		send_sig(signal_number(step->word[1]), current, 1);
	else if (!strcmp(name, "set"))
		__set_current_state(state_number(step->word[1]));
	else if (!strcmp(name, "until"))
		until(run, step->word[1]);
	else if (!strcmp(name, "emit"))
		event(run, "emit %s", step->word[1]);
	else if (!strcmp(name, "state"))
		event(run, "state %s", state_name(READ_ONCE(current->__state)));
	else if (!strcmp(name, "pending"))
		event(run, "%spending", task_sigpending(current) ? "" : "not ");
	else if (!strcmp(name, "elapsed"))
		event(run, "%selapsed %ld",
		      ktime_ms_delta(ktime_get(), run->left) >= step->number ? "" : "not ",
		      step->number);
	else if (!strcmp(name, "cpu"))
		event(run, "cpu %d", raw_smp_processor_id());
}

/* Does the steps of an actor; returns how many there are. */
static int do_steps(struct run *run, enum actor actor, int nr)
{
	int i, found = 0;

	for (i = 0; i < run->script.nr_steps; i++) {
		const struct step *step = &run->script.steps[i];

		if (step->actor != actor || step->nr != nr)
			continue;
		found++;
		thread_step(run, step);
	}
	return found;
}

static int init(void *data)
{
	struct run *run = data;
	int i;

	event(run, "init");
	do_steps(run, ACTOR_INIT, 0);
	for (i = 0; i < run->script.nr_steps; i++) {
		const struct step *step = &run->script.steps[i];

		if (step->actor == ACTOR_INIT && !strcmp(step->word[0], "return"))
			return step->number;
	}
	return 0;
}

static void func(void *data)
{
	struct run *run = data;

	run->calls++;
	event(run, "func %d", run->calls);
	if (READ_ONCE(run->abandoned))
		kthread_iterant_stop_current(run->it, -ECANCELED);
	else if (!do_steps(run, ACTOR_FUNC, run->calls))
		do_steps(run, ACTOR_FUNC, 0);
	run->left = ktime_get();
}

static void destroy(void *data)
{
	struct run *run = data;

	event(run, "destroy");
	do_steps(run, ACTOR_DESTROY, 0);
}

static void handler(void *data, int sig)
{
	struct run *run = data;

	event(run, "handler %s", signal_name(sig));
	do_steps(run, ACTOR_HANDLER, sig);
}

/* Makes an iterant of a script. */
void prepare_iterant(struct run *run, struct kthread_iterant *it)
{
	int i;

	it->type = run->script.type;
	it->data = run;
	it->init = init;
	it->func = func;
	it->destroy = destroy;
	if (run->script.done)
		it->done = &run->done;
	for (i = 0; i < run->script.nr_signals; i++)
		WARN_ON(kthread_iterant_sigaction(it, run->script.signals[i].sig,
						  run->script.signals[i].handled ? handler : NULL));
	run->it = it;
}

/* A thread function as it is after a conversion in place. */
int in_place_thread(void *data)
{
	struct run *run = data;
	struct kthread_iterant it = { };

	if (run->script.freezable)
		set_freezable();
	prepare_iterant(run, &it);
	return kthread_iterant_run_here(&it);
}
