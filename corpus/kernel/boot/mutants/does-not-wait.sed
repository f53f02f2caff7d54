# Having ended, the thread does not stay.
# caught by: 09-stays 09-freezes-and-parks 13-wait-stop
s/if (it->type & KTI_WAIT_STOP)/if (it->type \& 0)/
