// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Reads a script. What it doesn't know is an error, with the number of the line. */
#include <linux/kernel.h>
#include <linux/string.h>
#include "trace.h"

struct name {
	const char *name;
	int number;
};

static const struct name signals[] = {
	{ "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT }, { "KILL", SIGKILL },
	{ "USR1", SIGUSR1 }, { "USR2", SIGUSR2 }, { "TERM", SIGTERM }, { "CHLD", SIGCHLD },
	{ "CONT", SIGCONT }, { "STOP", SIGSTOP }, { "URG", SIGURG },
	{ }
};

static const struct name states[] = {
	{ "running", TASK_RUNNING }, { "interruptible", TASK_INTERRUPTIBLE },
	{ "uninterruptible", TASK_UNINTERRUPTIBLE }, { "idle", TASK_IDLE },
	{ }
};

static const struct name types[] = {
	{ "none", 0 }, { "default", KTI_DEFAULT },
	{ "stop", KTI_STOP }, { "freeze", KTI_FREEZE },
	{ "park", KTI_PARK }, { "signal", KTI_SIGNAL },
	{ "test-first", KTI_TEST_FIRST }, { "wait-stop", KTI_WAIT_STOP },
	{ }
};

#define BY_INIT		BIT(ACTOR_INIT)
#define BY_FUNC		BIT(ACTOR_FUNC)
#define BY_THREAD	(BIT(ACTOR_INIT) | BIT(ACTOR_FUNC) | \
			 BIT(ACTOR_DESTROY) | BIT(ACTOR_HANDLER))
#define BY_CREATOR	BIT(ACTOR_CREATOR)

/*
 * Steps: who may do them, and what stands behind the name, a letter a word: a
 * number n, a signal g, a state s, or a word; what stands behind ? may be absent;
 * * is any number of words.
 */
static const struct {
	const char *name;
	unsigned int by;
	const char *takes;
} known_steps[] = {
	{ "pass", BY_THREAD, "" }, { "return", BY_INIT, "n" },
	{ "sleep", BY_FUNC, "s?n" }, { "cancel", BY_FUNC, "" },
	{ "stop-current", BY_THREAD, "n" }, { "wake", BY_FUNC | BY_CREATOR, "" },
	{ "raise", BY_THREAD, "g" }, { "set", BY_THREAD, "s" },
	{ "until", BY_THREAD, "w" }, { "emit", BY_THREAD, "w" },
	{ "state", BY_THREAD, "" }, { "pending", BY_THREAD, "" },
	{ "elapsed", BY_FUNC, "n" }, { "cpu", BY_THREAD, "" },
	{ "create", BY_CREATOR, "" }, { "create-on-cpu", BY_CREATOR, "n" },
	{ "create-killed", BY_CREATOR, "" },
	{ "run", BY_CREATOR, "" }, { "run-on-cpu", BY_CREATOR, "n" },
	{ "stop", BY_CREATOR, "" }, { "park", BY_CREATOR, "" },
	{ "suspend", BY_CREATOR, "" }, { "begin", BY_CREATOR, "w" },
	{ "end", BY_CREATOR, "" }, { "join", BY_CREATOR, "" },
	{ "unpark", BY_CREATOR, "" }, { "signal", BY_CREATOR, "g" },
	{ "open", BY_CREATOR, "" }, { "freeze", BY_CREATOR, "" },
	{ "thaw", BY_CREATOR, "" }, { "settle", BY_CREATOR, "n" },
	{ "await", BY_CREATOR, "w*" }, { "check", BY_CREATOR, "w" },
};

static int number_of(const struct name *table, const char *name)
{
	for (; table->name; table++) {
		if (!strcmp(table->name, name))
			return table->number;
	}
	return -EINVAL;
}

static const char *name_of(const struct name *table, int number)
{
	for (; table->name; table++) {
		if (table->number == number)
			return table->name;
	}
	return "other";
}

int signal_number(const char *name)
{
	return number_of(signals, name);
}

const char *signal_name(int sig)
{
	return name_of(signals, sig);
}

int state_number(const char *name)
{
	return number_of(states, name);
}

const char *state_name(unsigned int state)
{
	return name_of(states, state);
}

/* Whether the words behind a step's name are what it takes. */
static bool words_fit(const char *takes, struct step *step)
{
	int i;

	for (i = 1; i < step->words; i++) {
		bool optional = *takes == '?';
		char kind;

		if (optional)
			takes++;
		kind = *takes;
		if (kind == '*')
			return true;
		if (kind == 'n' && kstrtol(step->word[i], 10, &step->number))
			return false;
		if (kind == 'g' && signal_number(step->word[i]) < 0)
			return false;
		if (kind == 's' && state_number(step->word[i]) < 0)
			return false;
		if (!kind)
			return false;
		takes++;
	}
	return !*takes || *takes == '?' || *takes == '*';
}

static int add_step(struct script *script, enum actor actor, int nr, int words, char **word)
{
	struct step *step;
	int i;

	if (script->nr_steps == MAX_LINES || words < 1 || words > MAX_WORDS)
		return -EINVAL;
	step = &script->steps[script->nr_steps++];
	step->actor = actor;
	step->nr = nr;
	step->words = words;
	for (i = 0; i < words; i++)
		step->word[i] = word[i];
	for (i = 0; i < ARRAY_SIZE(known_steps); i++) {
		if (!strcmp(known_steps[i].name, word[0]))
			return (known_steps[i].by & BIT(actor)) &&
			       words_fit(known_steps[i].takes, step) ? 0 : -EINVAL;
	}
	return -EINVAL;
}

static int add_signal(struct script *script, const char *name, bool handled)
{
	int sig = signal_number(name);
	int i;

	for (i = 0; i < script->nr_signals; i++) {
		if (script->signals[i].sig == sig)
			return sig;
	}
	if (sig < 0 || i == KTI_NR_SIGACTIONS)
		return -EINVAL;
	script->signals[i].sig = sig;
	script->signals[i].handled = handled;
	script->nr_signals++;
	return sig;
}

static int made(struct script *script, int words, char **word)
{
	int i;

	for (i = 0; i < words; i++) {
		if (!strcmp(word[i], "in-place") && !i)
			script->in_place = true;
		else if (!strcmp(word[i], "freezable") && script->in_place)
			script->freezable = true;
		else if (!strcmp(word[i], "done") && i && !script->in_place)
			script->done = true;
		else if (strcmp(word[i], "created") || i)
			return -EINVAL;
	}
	return words ? 0 : -EINVAL;
}

static int expect(struct script *script, int words, char **word)
{
	char *event;
	int i, len = 0;

	if (script->nr_expected == MAX_EVENTS || !words)
		return -EINVAL;
	event = script->expected[script->nr_expected++];
	for (i = 0; i < words; i++)
		len += scnprintf(event + len, EVENT_LEN - len, "%s%s", i ? " " : "", word[i]);
	return 0;
}

static int statement(struct script *script, int words, char **word)
{
	const char *name = word[0];
	long nr = 0;
	int i, type;

	if (!strcmp(name, "rules") || !strcmp(name, "needs") || !strcmp(name, "control"))
		return 0;
	if (!strcmp(name, "iterant")) {
		for (i = 1; i < words; i++) {
			type = number_of(types, word[i]);
			if (type < 0)
				return -EINVAL;
			script->type |= type;
		}
		return words > 1 ? 0 : -EINVAL;
	}
	if (!strcmp(name, "made"))
		return made(script, words - 1, word + 1);
	if (!strcmp(name, "allow")) {
		for (i = 1; i < words; i++) {
			if (add_signal(script, word[i], false) < 0)
				return -EINVAL;
		}
		return 0;
	}
	if (!strcmp(name, "expect"))
		return expect(script, words - 1, word + 1);
	if (!strcmp(name, "init"))
		return add_step(script, ACTOR_INIT, 0, words - 1, word + 1);
	if (!strcmp(name, "destroy"))
		return add_step(script, ACTOR_DESTROY, 0, words - 1, word + 1);
	if (!strcmp(name, "do"))
		return add_step(script, ACTOR_CREATOR, 0, words - 1, word + 1);
	if (words < 3)
		return -EINVAL;
	if (!strcmp(name, "func")) {
		if (strcmp(word[1], "*") && (kstrtol(word[1], 10, &nr) || nr < 1))
			return -EINVAL;
		return add_step(script, ACTOR_FUNC, nr, words - 2, word + 2);
	}
	if (!strcmp(name, "handler")) {
		nr = add_signal(script, word[1], true);
		return nr < 0 ? nr : add_step(script, ACTOR_HANDLER, nr, words - 2, word + 2);
	}
	return -EINVAL;
}

/* Returns 0, or the number of the first line that it can't read. */
int parse_script(struct script *script)
{
	char *rest = script->text;
	char *line;
	int nr = 0;

	while ((line = strsep(&rest, "\n"))) {
		/* The longest step, and what stands before it. */
		char *word[MAX_WORDS + 3];
		char *next;
		int words = 0;

		nr++;
		if (line[0] == '#')
			continue;
		while ((next = strsep(&line, " \t\r"))) {
			if (!*next)
				continue;
			if (words == ARRAY_SIZE(word))
				return nr;
			word[words++] = next;
		}
		if (words && statement(script, words, word))
			return nr;
	}
	return 0;
}
