// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Model: a pool that gives used mappings back in batches.
 *
 * Who asks for a flush raises "wanted"; the thread works until "done" has
 * caught up.
 *
 * What the tool has to see:
 *  - main loop: do { } while (!kthread_should_stop()); the body always runs
 *    once, unless the thread is stopped before it ever ran.
 *  - checkpoints: the stop test at the foot, and one right before schedule().
 *  - sleeps: schedule() in tail position, after the usual two: set the state,
 *    test again.
 *  - one batch per iteration: with more to do, the loop goes on without sleep.
 *  - carried: nothing.
 *  - back edge: no lock, state RUNNING.
 *  - made by map_pool_create(), woken by map_pool_unmap() and map_pool_flush()
 *    through wake_up_process(), stopped by map_pool_destroy(), which releases
 *    what is left after the thread is gone.
 */
#include <linux/atomic.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct map_pool {
	spinlock_t lock;
	struct list_head dirty;
	unsigned int dirty_len, dirty_max;
	atomic_t wanted;
	atomic_t done;
	struct task_struct *thread;
	struct wait_queue_head flushed;
};

void map_release_list(struct list_head *list);

static bool map_pool_behind(struct map_pool *pool)
{
	return atomic_read(&pool->done) - atomic_read(&pool->wanted) < 0;
}

static void map_pool_batch(struct map_pool *pool)
{
	LIST_HEAD(batch);

	spin_lock_irq(&pool->lock);
	list_splice_init(&pool->dirty, &batch);
	pool->dirty_len = 0;
	spin_unlock_irq(&pool->lock);
	map_release_list(&batch);
}

static int map_pool_cleanup(void *arg)
{
	struct map_pool *pool = arg;

	do {
		if (map_pool_behind(pool)) {
			map_pool_batch(pool);
			atomic_inc(&pool->done);
			wake_up_interruptible(&pool->flushed);
		}

		set_current_state(TASK_INTERRUPTIBLE);
		if (map_pool_behind(pool) || kthread_should_stop())
			__set_current_state(TASK_RUNNING);
		else
			schedule();
	} while (!kthread_should_stop());

	return 0;
}

int map_pool_create(struct map_pool *pool, unsigned int dirty_max)
{
	spin_lock_init(&pool->lock);
	INIT_LIST_HEAD(&pool->dirty);
	init_waitqueue_head(&pool->flushed);
	pool->dirty_max = dirty_max;
	pool->thread = kthread_run(map_pool_cleanup, pool, "map_cleanup");
	return PTR_ERR_OR_ZERO(pool->thread);
}

void map_pool_unmap(struct map_pool *pool, struct list_head *item)
{
	spin_lock_irq(&pool->lock);
	list_add_tail(item, &pool->dirty);
	if (++pool->dirty_len >= pool->dirty_max) {
		atomic_inc(&pool->wanted);
		wake_up_process(pool->thread);
	}
	spin_unlock_irq(&pool->lock);
}

int map_pool_flush(struct map_pool *pool)
{
	int serial = atomic_inc_return(&pool->wanted);

	wake_up_process(pool->thread);
	return wait_event_interruptible(pool->flushed,
					atomic_read(&pool->done) - serial >= 0);
}

void map_pool_destroy(struct map_pool *pool)
{
	kthread_stop(pool->thread);
	map_pool_batch(pool);
}
