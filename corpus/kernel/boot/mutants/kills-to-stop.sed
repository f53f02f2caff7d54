# Stop uses SIGKILL to wake the thread, which then is pending in destroy.
# caught by: 11-stop-of-stopped
s/^	send_sig(SIGCONT, task, 1);/	send_sig(SIGKILL, task, 1);/
