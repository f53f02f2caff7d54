# In place, the driver makes the thread freezable.
# caught by: 13-not-made-freezable
s/^	it->task = current;/&\n	set_freezable();/
