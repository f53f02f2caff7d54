// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: annotation macros between a type and a name.
 *
 * A grammar that does not know the macros reads "static int noinline f(" or
 * "u32 __iomem *p" as something else, and the error may swallow the function.
 *
 * What the tool has to see:
 *  - nib_thread is a thread function although "noinline NIB_HOT" stands between
 *    its type and its name, and it is declared with an attribute above.
 *  - main loop: while (!kthread_should_stop()).
 *  - checkpoints: the head.  sleeps: schedule_timeout_interruptible() in a
 *    branch, wait_for_completion_timeout() in tail position.
 *  - carried: "worn"; "regs" is constant; "spare" is never used.
 *  - back edge: no lock (nib_lock() and nib_unlock() are annotated helpers that
 *    come in pairs), state RUNNING.
 *  - made by nib_init(), woken by nib_irq(), stopped by nib_exit().
 */
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/spinlock.h>

#define NIB_HOT		__attribute__((__hot__))
#define NIB_EXPORTED	__attribute__((__visibility__("default")))

struct nib {
	u32 __iomem *regs;
	struct completion tick;
	spinlock_t lock;
	u8 raw[6] __aligned(8);
};

struct nib_frame {
	u8 kind;
	u16 len;
} __packed;

static struct nib nib __read_mostly;
static struct task_struct *nib_task __read_mostly;
static unsigned int __maybe_unused nib_debug = 1;

static int nib_thread(void *data) __attribute__((__nonnull__(1)));

static void nib_lock(struct nib *n)
	__acquires(&n->lock)
{
	spin_lock(&n->lock);
}

static void nib_unlock(struct nib *n)
	__releases(&n->lock)
{
	spin_unlock(&n->lock);
}

static __always_inline u32 nib_status(u32 __iomem *regs)
{
	return readl(regs) & 0xff;
}

static int noinline NIB_HOT
nib_thread(void *data)
{
	struct nib *n = data;
	u32 __iomem *regs = n->regs;
	unsigned int __maybe_unused spare;
	unsigned int worn = 0;

	while (!kthread_should_stop()) {
		u32 status __aligned(4) = nib_status(regs);

		nib_lock(n);
		n->raw[status % sizeof(struct nib_frame)]++;
		nib_unlock(n);

		if (unlikely(status == 0 && ++worn > 100)) {
			worn = 0;
			schedule_timeout_interruptible(HZ);
		}
		wait_for_completion_timeout(&n->tick, HZ / 4);
	}
	return 0;
}

NIB_EXPORTED irqreturn_t nib_irq(int irq, void __always_unused *dev)
{
	complete(&nib.tick);
	return irq ? IRQ_HANDLED : IRQ_NONE;
}

static int __init __must_check nib_init(void)
{
	spin_lock_init(&nib.lock);
	init_completion(&nib.tick);
	nib_task = kthread_run(nib_thread, &nib, "nib");
	return PTR_ERR_OR_ZERO(nib_task);
}

static void __exit __cold nib_exit(void)
{
	kthread_stop(nib_task);
}

module_init(nib_init);
module_exit(nib_exit);
MODULE_LICENSE("Dual MIT/GPL");
