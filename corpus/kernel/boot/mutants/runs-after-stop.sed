# A thread that was stopped before its first run runs.
# caught by: 01-parked-never-run
/Rule 1, where the kernel/,/set_freezable/ s/if (kthread_should_stop())/if (false)/
