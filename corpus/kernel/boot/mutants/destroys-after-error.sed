# destroy runs after an error of init.
# caught by: 02-init-fails 02-init-fails-in-place
/ret = it->init(it->data);/ {
n
s/.*/	if (ret \&\& it->destroy)\
		it->destroy(it->data);\
&/
}
