# The driver sleeps although a stop was asked for.
# caught by: 03-stop-beats-sleep
s/if (kthread_iterant_should_stop(it) || __kthread_iterant_held_up(it))/if (__kthread_iterant_held_up(it))/
