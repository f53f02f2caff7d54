# The signal checkpoint asks signal_pending(), and goes on after signal 0.
# caught by: 10-no-signal-at-all
s/while (task_sigpending(current))/while (signal_pending(current))/
/^		if (!sig)$/ {
n
s/return/continue/
}
