// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: the thread function is a parameter (see crew.c for the callers).
 *
 * What the tool has to see:
 *  - crew_spawn(): its parameter "body" goes to kthread_create_on_node(), so it
 *    is a forwarder of its second parameter.
 *  - crew_start(): a forwarder of a forwarder; the parameter has another place
 *    in the list than in crew_spawn().
 *  - crew_start_quiet(): three levels deep.
 *  - crew_bosun_hire(): a plain creation of a function that is defined in the
 *    other file and only declared in the header.
 *  - no thread function and no main loop is in this file.
 *  - who calls wake_up_process(): only crew_spawn(), once, right after the
 *    creation.
 */
#include <linux/kernel.h>
#include <linux/kthread.h>
#include "crew.h"

static struct task_struct *crew_spawn(const char *name, crew_fn body, void *data, int node)
{
	struct task_struct *task;

	task = kthread_create_on_node(body, data, node, "crew/%s", name);
	if (IS_ERR(task)) {
		pr_warn("crew: no %s: %ld\n", name, PTR_ERR(task));
		return NULL;
	}
	wake_up_process(task);
	return task;
}

struct task_struct *crew_start(struct crew *c, crew_fn fn, const char *name)
{
	return crew_spawn(name, fn, c, NUMA_NO_NODE);
}

struct task_struct *crew_start_quiet(struct crew *c, crew_fn fn)
{
	struct task_struct *task = crew_start(c, fn, "quiet");

	if (task)
		set_user_nice(task, MAX_NICE);
	return task;
}

void crew_bosun_hire(struct crew *c)
{
	c->bosun = kthread_run(crew_bosun, c, "crew/bosun");
	if (IS_ERR(c->bosun))
		c->bosun = NULL;
}
