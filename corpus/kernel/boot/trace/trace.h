/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Runs the scripts of corpus/traces against kthread_iterant.h. */
#ifndef KTI_TRACE_H
#define KTI_TRACE_H

#include <linux/completion.h>
#include <linux/kthread_iterant.h>
#include <linux/ktime.h>
#include <linux/spinlock.h>

#define MAX_TEXT	4096
#define MAX_LINES	128
#define MAX_EVENTS	64
#define MAX_WORDS	4
#define EVENT_LEN	48

/* Who does a step. */
enum actor {
	ACTOR_INIT,
	ACTOR_FUNC,
	ACTOR_DESTROY,
	ACTOR_HANDLER,
	ACTOR_CREATOR,
};

struct step {
	enum actor actor;
	int nr;			/* func: which call, 0: any other; handler: which signal */
	int words;
	const char *word[MAX_WORDS];
	long number;		/* of the last word, if it is one */
};

struct script {
	char text[MAX_TEXT];	/* the words point into it */
	unsigned int type;
	bool in_place;
	bool freezable;
	bool done;
	int nr_steps;
	struct step steps[MAX_LINES];
	int nr_expected;
	char expected[MAX_EVENTS][EVENT_LEN];
	/* Signals to allow, with or without a handler. */
	int nr_signals;
	struct {
		int sig;
		bool handled;
	} signals[KTI_NR_SIGACTIONS];
};

/* One run of a script. If anything hangs in it, it is never freed. */
struct run {
	struct script script;
	struct kthread_iterant own;	/* of a created thread */
	struct kthread_iterant *it;
	struct task_struct *task;	/* until it was stopped */
	struct task_struct *seen;	/* the same, held by references of our own */
	struct completion done;
	int calls;			/* of func */
	ktime_t left;			/* when func returned */
	bool open;
	bool abandoned;			/* nothing more counts, end soon */

	spinlock_t lock;		/* of the events */
	int nr_events;
	char events[MAX_EVENTS][EVENT_LEN];

	/* What the creator has begun, in a helper thread. */
	struct task_struct *helper;
	struct completion helped;
	const char *begun;
	int result;
	bool hangs;
};

/* parse.c */
int parse_script(struct script *script);
int signal_number(const char *name);
const char *signal_name(int sig);
int state_number(const char *name);
const char *state_name(unsigned int state);

/* thread.c */
int in_place_thread(void *run);
void prepare_iterant(struct run *run, struct kthread_iterant *it);

/* creator.c */
extern unsigned int limit_ms;
void run_script(struct run *run);

/* main.c */
__printf(2, 3) void event(struct run *run, const char *fmt, ...);
bool has_event(struct run *run, const char *wanted);

#endif /* KTI_TRACE_H */
