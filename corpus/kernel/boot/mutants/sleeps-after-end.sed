# Having asked for its end, the thread still sleeps.
# caught by: 08-ends-by-itself
/^kthread_iterant_should_stop(const/,/^}/ s/if (it->ended)/if (false)/
