# The driver sets the state though nobody asked for a sleep.
# caught by: 06-state-is-left-alone
s/^			it->func(it->data);/			__set_current_state(TASK_RUNNING);\n&/
