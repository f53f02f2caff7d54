// SPDX-License-Identifier: GPL-2.0 OR MIT
/* What the creator does, and what it sees of the thread. Every wait has a limit. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "trace.h"

#define GROUP	"/cgroup/kti/"

/* One to look at the thread, one that a broken header may drop. */
#define OWN_REFERENCES	2

/* Writes to a file of the kernel's, as a process would. */
static int write_file(const char *path, const char *text)
{
	struct file *file = filp_open(path, O_WRONLY, 0);
	ssize_t ret;
	loff_t pos = 0;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = kernel_write(file, text, strlen(text), &pos);
	filp_close(file, NULL);
	return ret < 0 ? ret : 0;
}

static int freeze(struct run *run)
{
	char pid[16];
	int ret;

	snprintf(pid, sizeof(pid), "%d", run->task->pid);
	ret = write_file(GROUP "cgroup.procs", pid);
	return ret ? ret : write_file(GROUP "freezer.state", "FROZEN");
}

static int thaw(void)
{
	return write_file(GROUP "freezer.state", "THAWED");
}

static bool holds(struct run *run, const char *what)
{
	struct task_struct *task = run->seen;
	unsigned int state = READ_ONCE(task->__state);

	if (!strcmp(what, "asleep"))
		return (state & TASK_NORMAL) && !READ_ONCE(task->on_rq);
	if (!strcmp(what, "frozen"))
		return state & TASK_FROZEN;
	if (!strcmp(what, "parked"))
		return state & TASK_PARKED;
	if (!strcmp(what, "stopped"))
		return state & __TASK_STOPPED;
	if (!strcmp(what, "freezable"))
		return !(READ_ONCE(task->flags) & PF_NOFREEZE);
	if (!strcmp(what, "held"))
		return refcount_read(&task->usage) > OWN_REFERENCES;
	if (!strcmp(what, "free"))
		return refcount_read(&task->usage) == OWN_REFERENCES;
	return READ_ONCE(task->exit_state);	/* ended */
}

static bool is_condition(const char *word)
{
	static const char *const conditions[] = {
		"asleep", "frozen", "parked", "stopped", "ended", "freezable", "held", "free",
	};

	return match_string(conditions, ARRAY_SIZE(conditions), word) >= 0;
}

static int await(struct run *run, const struct step *step)
{
	ktime_t limit = ktime_add_ms(ktime_get(), limit_ms);
	bool condition = step->words == 2 && is_condition(step->word[1]);
	char wanted[EVENT_LEN];

	scnprintf(wanted, sizeof(wanted), "%s%s%s", step->word[1],
		  step->words > 2 ? " " : "", step->words > 2 ? step->word[2] : "");
	while (condition ? !holds(run, wanted) : !has_event(run, wanted)) {
		if (ktime_after(ktime_get(), limit))
			return -ETIMEDOUT;
		usleep_range(500, 1000);
	}
	return 0;
}

/* The helper: does what may block for ever. It ends in the kernel's own text. */
static int help(void *data)
{
	struct run *run = data;

	if (!strcmp(run->begun, "park"))
		run->result = kthread_park(run->task);
	else if (!strcmp(run->begun, "suspend"))
		run->result = write_file("/sys/power/state", "freeze");
	else if (run->script.in_place)
		run->result = kthread_stop(run->task);
	else
		run->result = kthread_iterant_stop(run->task);
	kthread_complete_and_exit(&run->helped, 0);
}

static int begin(struct run *run, const char *what)
{
	struct task_struct *helper;

	if (run->begun)
		return -EBUSY;
	run->begun = what;
	reinit_completion(&run->helped);
	helper = kthread_run(help, run, "kti_help");
	if (IS_ERR(helper)) {
		run->begun = NULL;
		return PTR_ERR(helper);
	}
	return 0;
}

static int end(struct run *run)
{
	/* The system's own freezer has a limit, to which this adds. */
	unsigned long limit = msecs_to_jiffies(limit_ms);

	if (!run->begun)
		return -EINVAL;
	if (!strcmp(run->begun, "suspend"))
		limit += 10 * HZ;
	if (!wait_for_completion_timeout(&run->helped, limit)) {
		run->hangs = true;
		return -ETIMEDOUT;
	}
	event(run, "%s %d", run->begun, run->result);
	if (!strcmp(run->begun, "stop")) {
		if (run->script.in_place)
			put_task_struct(run->task);
		run->task = NULL;
	}
	run->begun = NULL;
	return 0;
}

static int begin_and_end(struct run *run, const char *what)
{
	int ret = begin(run, what);

	return ret ? ret : end(run);
}

static int create(struct run *run, const struct step *step)
{
	bool on_cpu = step->words == 2;
	bool wake = !strncmp(step->word[0], "run", 3);
	struct task_struct *task;

	if (run->seen)
		return -EBUSY;
	if (run->script.in_place) {
		task = kthread_create(in_place_thread, run, "kti_trace");
		if (!IS_ERR(task))
			get_task_struct(task);
		if (!IS_ERR(task) && wake)
			wake_up_process(task);
	} else {
		prepare_iterant(run, &run->own);
		if (on_cpu && wake)
			task = kthread_iterant_run_on_cpu(run->it, step->number, "kti_trace/%u");
		else if (on_cpu)
			task = kthread_iterant_create_on_cpu(run->it, step->number, "kti_trace/%u");
		else if (wake)
			task = kthread_iterant_run(run->it, "kti_%s", "trace");
		else
			task = kthread_iterant_create(run->it, "kti_trace");
	}
	if (IS_ERR(task))
		return PTR_ERR(task);
	run->task = task;
	run->seen = get_task_struct(get_task_struct(task));
	return 0;
}

/* A creator that was killed: it gets an error, unless the new thread was faster. */
static int killed(void *data)
{
	struct run *run = data;
	struct task_struct *task;
	int i;

	allow_signal(SIGKILL);
	send_sig(SIGKILL, current, 1);
	for (i = 0; i < 20; i++) {
		prepare_iterant(run, &run->own);
		task = kthread_iterant_create(run->it, "kti_trace");
		run->result = PTR_ERR_OR_ZERO(task);
		if (run->result)
			break;
		kthread_iterant_stop(task);
	}
	kthread_complete_and_exit(&run->helped, 0);
}

static int create_killed(struct run *run)
{
	reinit_completion(&run->helped);
	if (IS_ERR(kthread_run(killed, run, "kti_killed")))
		return -ENOMEM;
	if (!wait_for_completion_timeout(&run->helped, msecs_to_jiffies(limit_ms))) {
		run->hangs = true;
		return -ETIMEDOUT;
	}
	event(run, "create %d", run->result);
	return 0;
}

static int join(struct run *run)
{
	if (!wait_for_completion_timeout(&run->done, msecs_to_jiffies(limit_ms)))
		return -ETIMEDOUT;
	event(run, "join");
	put_task_struct(run->task);
	run->task = NULL;
	return 0;
}

static int creator_step(struct run *run, const struct step *step)
{
	const char *name = step->word[0];

	if (!strncmp(name, "create", 6) || !strncmp(name, "run", 3))
		return strcmp(name, "create-killed") ? create(run, step) : create_killed(run);
	if (!strcmp(name, "settle")) {
		msleep(step->number);
		return 0;
	}
	if (!strcmp(name, "end"))
		return end(run);
	if (!run->seen)
		return -ESRCH;
	if (!strcmp(name, "await"))
		return await(run, step);
	if (!strcmp(name, "check")) {
		if (!is_condition(step->word[1]))
			return -EINVAL;
		event(run, "%s%s", holds(run, step->word[1]) ? "" : "not ", step->word[1]);
		return 0;
	}
	if (!run->task)
		return -ESRCH;
	if (!strcmp(name, "stop") || !strcmp(name, "park") || !strcmp(name, "suspend"))
		return begin_and_end(run, name);
	if (!strcmp(name, "begin"))
		return begin(run, step->word[1]);
	if (!strcmp(name, "join"))
		return join(run);
	if (!strcmp(name, "wake"))
		wake_up_process(run->task);
	else if (!strcmp(name, "unpark"))
		kthread_unpark(run->task);
	else if (!strcmp(name, "signal"))
		send_sig(signal_number(step->word[1]), run->task, 1);
	else if (!strcmp(name, "open"))
		WRITE_ONCE(run->open, true);
	else if (!strcmp(name, "freeze"))
		return freeze(run);
	else
		return thaw();
	return 0;
}

/* Ends a thread that a script has left, because it went wrong or forgot to stop it. */
static void clean_up(struct run *run)
{
	WRITE_ONCE(run->abandoned, true);
	thaw();
	if (run->begun && !run->hangs)
		end(run);
	if (run->task && !run->hangs)
		begin_and_end(run, "stop");
	if (run->seen && refcount_read(&run->seen->usage) >= OWN_REFERENCES)
		put_task_struct(run->seen);
	if (run->seen)
		put_task_struct(run->seen);
}

/* Runs a script to its end, and leaves nothing behind unless something hangs. */
void run_script(struct run *run)
{
	int i, ret = 0;

	for (i = 0; i < run->script.nr_steps && !ret; i++) {
		const struct step *step = &run->script.steps[i];

		if (step->actor == ACTOR_CREATOR)
			ret = creator_step(run, step);
	}
	if (ret == -ETIMEDOUT)
		event(run, "timeout");
	else if (ret)
		event(run, "error %d", ret);
	else if (run->task || run->begun)
		event(run, "left running");
	clean_up(run);
}
