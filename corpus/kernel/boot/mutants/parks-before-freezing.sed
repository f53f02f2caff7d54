# The thread parks before it freezes.
# caught by: 03-freeze-before-park
/^static inline void __kthread_iterant_checkpoints/,/^}/ {
/KTI_FREEZE/,/__kthread_iterant_freeze/ d
s/^		kthread_parkme();/&\
	if (it->type \& KTI_FREEZE)\
		__kthread_iterant_freeze(it);/
}
