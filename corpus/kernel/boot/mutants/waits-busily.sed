# Waiting for the stop, the thread leaves signals pending.
# caught by: 09-stays-with-signals
/^static inline void __kthread_iterant_wait_stop/,/^}/ s/if (task_sigpending(current))/if (false)/
