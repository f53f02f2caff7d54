/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef CREW_H
#define CREW_H

#include <linux/sched.h>
#include <linux/wait.h>

typedef int (*crew_fn)(void *data);

struct crew {
	struct wait_queue_head bell;
	struct task_struct *cook;
	struct task_struct *mate;
	struct task_struct *bosun;
	unsigned int orders;
};

/* Three forwarders: a function, a shorter form of it, and a macro. */
struct task_struct *crew_start(struct crew *c, crew_fn fn, const char *name);
struct task_struct *crew_start_quiet(struct crew *c, crew_fn fn);

#define CREW_RUN(c, role)	((c)->role = crew_start(c, crew_##role, #role))

/* Defined in crew.c, created in hire.c. */
int crew_bosun(void *data);
void crew_bosun_hire(struct crew *c);

void crew_work(struct crew *c);

#endif /* CREW_H */
