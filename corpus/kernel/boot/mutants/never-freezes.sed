# The thread is freezable and has no freeze point.
# caught by: 03-freeze-asleep 03-suspend
s/^		__kthread_iterant_freeze(it);/		(void)__kthread_iterant_freeze;/
s/freezing(current)/false/
