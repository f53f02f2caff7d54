# A fatal signal leaves the others pending.
# caught by: 10-fatal
/^static inline void __kthread_iterant_signal(/,/^}/ s/flush_signals(current);/;/
