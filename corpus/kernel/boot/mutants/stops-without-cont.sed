# Stop does not wake a thread in TASK_STOPPED.
# caught by: 11-stop-of-stopped 11-stop-of-stopped-and-frozen
s/^	send_sig(SIGCONT, task, 1);/	;/
