# Woken for its stop, a stopped thread calls func once more.
# caught by: 11-stop-of-stopped
/^kthread_iterant_should_stop(const/,/^}/ s/READ_ONCE(it->stopping) || //
s/^	ret = kthread_stop(task);/	schedule_timeout_uninterruptible(HZ \/ 5);\
&/
