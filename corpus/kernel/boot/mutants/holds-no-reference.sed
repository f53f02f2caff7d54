# Creation takes no reference.
# caught by: 08-held-until-stopped
s/^		get_task_struct(task);/		;/
