# The result is that of a stop, not that of the thread.
# caught by: 08-over-a-stop 08-result-bit-for-bit 08-in-place
s/it->result = ret;/it->result = ret ? 0 : ret;/
