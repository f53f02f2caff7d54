/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_SMPBOOT_H
#define SHIM_LINUX_SMPBOOT_H

#include <linux/sched.h>

/* One thread per CPU; the core owns the loop, the user fills in callbacks. */
struct smp_hotplug_thread {
	const char *thread_comm;
	struct task_struct * __percpu *store;
	/* Each iteration: is there work, and do it. */
	int (*thread_should_run)(unsigned int cpu);
	void (*thread_fn)(unsigned int cpu);
	/* The first and the last thing the thread does. */
	void (*setup)(unsigned int cpu);
	void (*cleanup)(unsigned int cpu, bool online);
	/* The CPU goes and comes back. */
	void (*park)(unsigned int cpu);
	void (*unpark)(unsigned int cpu);
};

extern int smpboot_register_percpu_thread(struct smp_hotplug_thread *plug);
extern void smpboot_unregister_percpu_thread(struct smp_hotplug_thread *plug);

#endif /* SHIM_LINUX_SMPBOOT_H */
