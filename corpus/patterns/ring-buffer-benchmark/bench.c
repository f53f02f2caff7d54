// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Model: two threads of a queue benchmark, a writer and a reader.
 *
 * What the tool has to see:
 *  - two thread functions, each with one main loop: while (!bench_over()).
 *  - bench_over() hides kthread_should_stop() behind "failed || stop".  It is a
 *    function without an effect: one level of inlining is enough.
 *  - after the loop, bench_linger() keeps a failed thread alive until
 *    kthread_stop(): its loop is a wait, not a main loop.
 *  - sleeps: state set, bench_over() tested again, then schedule() or
 *    schedule_timeout(); wait_for_completion() in mid-body of the writer.
 *  - the writer leaves by "goto out" from two places, once with the state
 *    still INTERRUPTIBLE; the statement after the label repairs that.
 *  - carried: "rounds" of the writer, read after the loop.
 *  - back edge: state RUNNING, no lock.
 *  - the reader is created, not started; the writer's loop wakes it by
 *    wake_up_process().  kthread_stop() comes for the writer first.
 */
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>

static struct task_struct *reader, *writer;
static DECLARE_COMPLETION(reader_ready);
static DECLARE_COMPLETION(reader_done);
static bool no_reader;
static int bench_failed;

int bench_read_all(void);
int bench_write_burst(void);

static bool bench_over(void)
{
	return bench_failed || kthread_should_stop();
}

static void bench_linger(void)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}

static int bench_reader(void *unused)
{
	while (!bench_over()) {
		complete(&reader_ready);
		bench_failed |= bench_read_all();
		complete(&reader_done);

		set_current_state(TASK_INTERRUPTIBLE);
		if (bench_over())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	bench_linger();
	return 0;
}

static int bench_writer(void *unused)
{
	unsigned int rounds = 0;

	while (!bench_over()) {
		if (reader) {
			wake_up_process(reader);
			wait_for_completion(&reader_ready);
		}
		bench_failed |= bench_write_burst();
		rounds++;
		if (reader)
			wait_for_completion(&reader_done);
		if (bench_over())
			goto out;

		set_current_state(TASK_INTERRUPTIBLE);
		if (bench_over())
			goto out;
		schedule_timeout(8 * HZ);
	}
out:
	__set_current_state(TASK_RUNNING);
	pr_info("bench: %u rounds\n", rounds);
	bench_linger();
	return 0;
}

static int __init bench_init(void)
{
	if (!no_reader)
		reader = kthread_create(bench_reader, NULL, "bench_reader");
	if (IS_ERR(reader))
		return PTR_ERR(reader);
	writer = kthread_run(bench_writer, NULL, "bench_writer");
	if (IS_ERR(writer)) {
		if (reader)
			kthread_stop(reader);
		return PTR_ERR(writer);
	}
	return 0;
}

static void __exit bench_exit(void)
{
	kthread_stop(writer);
	if (reader)
		kthread_stop(reader);
}

module_init(bench_init);
module_exit(bench_exit);
