# Stop is tested though it is not in the mask.
# caught by: 04-none 10-no-signal-at-all
s/return (it->type & KTI_STOP) &&/return/
