# The thread freezes although a stop was asked for.
# caught by: 03-freeze-does-not-delay-stop-in-place
/^static inline void __kthread_iterant_freeze/,/^}/ s/kthread_freezable_should_stop(NULL)/try_to_freeze()/
