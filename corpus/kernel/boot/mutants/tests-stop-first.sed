# Stop is tested before the first func whatever the flags say.
# caught by: 05-test-after
s/bool test_stop = .*/bool test_stop = true;/
