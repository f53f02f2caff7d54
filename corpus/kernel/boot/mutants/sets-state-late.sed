# The state is set when the sleep begins, not when it is asked for.
# caught by: 07-state-at-once 07-wake-after-request
/^static inline void set_kthread_iterant_sleep(/,/^}/ s/set_current_state(state)/it->timeout = state/
s/^		schedule();$/	{\
		__set_current_state(it->timeout);\
		schedule();\
	}/
