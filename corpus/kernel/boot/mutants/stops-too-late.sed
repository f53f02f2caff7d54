# The thread stops for a signal though nobody would wake it.
# caught by: 11-signal-after-stop
/^static inline void __kthread_iterant_signal(/,/^}/ s/!READ_ONCE(it->stopping)/true/
