# The thread completes what its creator waits for, and has not ended yet. The delay stands for bad luck.
# caught by: unload
s/^		kthread_complete_and_exit(done, ret);/	{\
		complete(done);\
		schedule_timeout_uninterruptible(HZ \/ 2);\
	}/
