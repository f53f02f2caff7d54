# The driver sleeps although the thread has to park or freeze.
# caught by: 03-park-beats-sleep 03-freeze-beats-sleep
s/if (kthread_iterant_should_stop(it) || __kthread_iterant_held_up(it))/if (kthread_iterant_should_stop(it))/
