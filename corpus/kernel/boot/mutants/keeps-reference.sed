# Stop does not drop the reference that creation took.
# caught by: 08-held-until-stopped
s/^	put_task_struct(task);/	;/
