// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A file in /proc, named like the module: a script is written to it, the verdict is
 * read from it. A script is run by a thread that the freezer leaves alone.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "trace.h"

unsigned int limit_ms = 10000;
module_param(limit_ms, uint, 0644);
MODULE_PARM_DESC(limit_ms, "how long a wait may last before the trace has failed");

static char verdict[MAX_TEXT] = "none\n";
static bool running;
static DEFINE_MUTEX(lock);	/* of the two above */

/* Adds an event to the trace. Doesn't block, and leaves the task's state alone. */
void event(struct run *run, const char *fmt, ...)
{
	va_list args;

	spin_lock(&run->lock);
	if (!run->abandoned && run->nr_events < MAX_EVENTS) {
		va_start(args, fmt);
		vscnprintf(run->events[run->nr_events++], EVENT_LEN, fmt, args);
		va_end(args);
		/* A script that lets a func spin has gone wrong; its end comes soon. */
		if (run->nr_events == MAX_EVENTS)
			WRITE_ONCE(run->abandoned, true);
	}
	spin_unlock(&run->lock);
}

bool has_event(struct run *run, const char *wanted)
{
	bool found = false;
	int i;

	spin_lock(&run->lock);
	for (i = 0; i < run->nr_events && !found; i++)
		found = !strcmp(run->events[i], wanted);
	spin_unlock(&run->lock);
	return found;
}

/* Compares the events with the expected ones. */
static void judge(struct run *run, char *out, size_t size)
{
	struct script *script = &run->script;
	int i, both, len;

	both = min(run->nr_events, script->nr_expected);
	for (i = 0; i < both; i++) {
		if (strcmp(run->events[i], script->expected[i]))
			break;
	}
	if (i == run->nr_events && i == script->nr_expected) {
		scnprintf(out, size, "same %d events\n", i);
		return;
	}
	len = scnprintf(out, size, "differs at event %d: expected \"%s\", got:", i + 1,
			i < script->nr_expected ? script->expected[i] : "no more");
	for (i = 0; i < run->nr_events; i++)
		len += scnprintf(out + len, size - len, " %s%s", run->events[i],
				 i + 1 < run->nr_events ? "," : "");
	scnprintf(out + len, size - len, "\n");
}

static int runner(void *data)
{
	struct run *run = data;
	bool hangs;

	run_script(run);
	hangs = run->hangs;
	mutex_lock(&lock);
	judge(run, verdict, sizeof(verdict));
	running = false;
	mutex_unlock(&lock);
	/* Whoever hangs may yet use it, and the module's text: both stay. */
	if (hangs)
		__module_get(THIS_MODULE);
	else
		kfree(run);
	module_put_and_kthread_exit(0);
}

static ssize_t trace_write(struct file *file, const char __user *from, size_t size, loff_t *pos)
{
	struct task_struct *task;
	struct run *run;
	int line;

	if (*pos || size >= MAX_TEXT)
		return -EFBIG;
	run = kzalloc(sizeof(*run), GFP_KERNEL);
	if (!run)
		return -ENOMEM;
	if (copy_from_user(run->script.text, from, size)) {
		kfree(run);
		return -EFAULT;
	}
	spin_lock_init(&run->lock);
	init_completion(&run->done);
	init_completion(&run->helped);
	line = parse_script(&run->script);

	mutex_lock(&lock);
	if (running || line) {
		if (!running)
			scnprintf(verdict, sizeof(verdict), "broken in line %d\n", line);
		mutex_unlock(&lock);
		kfree(run);
		return line ? size : -EBUSY;
	}
	running = true;
	mutex_unlock(&lock);

	__module_get(THIS_MODULE);
	task = kthread_run(runner, run, "kti_runner");
	if (IS_ERR(task)) {
		mutex_lock(&lock);
		running = false;
		mutex_unlock(&lock);
		module_put(THIS_MODULE);
		kfree(run);
		return PTR_ERR(task);
	}
	*pos += size;
	return size;
}

/* What is read in one opening of the file is of one moment. */
static int trace_show(struct seq_file *seq, void *unused)
{
	mutex_lock(&lock);
	seq_puts(seq, running ? "running\n" : verdict);
	mutex_unlock(&lock);
	return 0;
}

static int trace_open(struct inode *inode, struct file *file)
{
	return single_open(file, trace_show, NULL);
}

static const struct proc_ops trace_ops = {
	.proc_open = trace_open,
	.proc_read = seq_read,
	.proc_write = trace_write,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

static int __init trace_init(void)
{
	if (!proc_create(KBUILD_MODNAME, 0600, NULL, &trace_ops))
		return -ENOMEM;
	return 0;
}

static void __exit trace_exit(void)
{
	remove_proc_entry(KBUILD_MODNAME, NULL);
}

module_init(trace_init);
module_exit(trace_exit);
MODULE_DESCRIPTION("Runs scripted traces of kthread iterants");
MODULE_LICENSE("Dual MIT/GPL");
