// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Trap: GNU extensions inside the loop.
 *
 * What the tool has to see:
 *  - main loop: while (!kthread_should_stop()).
 *  - statement expressions, typeof, designated initialisers, case ranges, asm
 *    statements with operands and clobbers, an asm label on a declaration, a
 *    local label and a "?:" without a middle: none of them hides a jump, except
 *    SPOOL_TRY(), whose statement expression holds a "continue" of the main
 *    loop.
 *  - the "break"s in the switch belong to the switch.
 *  - checkpoints: the head.  sleeps: schedule_timeout_interruptible() in tail
 *    position.
 *  - carried: "mood", a struct with a designated initialiser; it is written as
 *    a whole in one case only.  "code" and "spins" are scratch.
 *  - back edge: no lock, state RUNNING.
 *  - made by spool_start(), stopped by spool_stop(); woken by nobody.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

struct mood {
	int good;
	int bad;
	const char *word[2];
};

struct spool {
	struct task_struct *task;
	unsigned int seen;
	int __attribute__((__aligned__(64))) hot;
};

extern int spool_read(struct spool *s) __asm__("spool_read_v2");

#define SPOOL_TRY(expr)			\
({					\
	__typeof__(expr) ret_ = (expr);	\
	if (ret_ < 0)			\
		continue;		\
	ret_;				\
})

static int spool_thread(void *arg)
{
	struct spool *s = arg;
	struct mood mood = {
		.good = 1,
		.word = { [0] = "calm", [1] = "busy" },
	};

	while (!kthread_should_stop()) {
		typeof(s->seen) code;
		unsigned int spins = ({ unsigned int t = s->seen & 7; t + 1; });

		cond_resched();
		code = SPOOL_TRY(spool_read(s));

		switch (code) {
		case 0:
			mood.bad++;
			break;
		case 1 ... 15:
			mood.good++;
			break;
		case 16 ... 255:
			mood = (struct mood){ .word = { "calm", "busy" } };
			fallthrough;
		default:
			s->hot = mood.bad ?: mood.good;
		}

		while (spins--) {
			__label__ done;

			if (spins & 4)
				goto done;
			__asm__ __volatile__("" : "+r" (spins) : "r" (code) : "memory", "cc");
done:			;
		}

		s->seen = code;
		pr_debug("spool: %s\n", mood.word[mood.bad > mood.good]);
		schedule_timeout_interruptible(HZ);
	}
	asm volatile("" ::: "memory");

	return mood.bad;
}

int spool_start(struct spool *s)
{
	s->task = kthread_run(spool_thread, s, "spool");
	return PTR_ERR_OR_ZERO(s->task);
}

void spool_stop(struct spool *s)
{
	kthread_stop(s->task);
}
