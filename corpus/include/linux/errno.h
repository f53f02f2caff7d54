/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_ERRNO_H
#define SHIM_LINUX_ERRNO_H

#define EINTR		4
#define EIO		5
#define ENXIO		6
#define EAGAIN		11
#define ENOMEM		12
#define EBUSY		16
#define ENODEV		19
#define EINVAL		22
#define ENOSPC		28
#define ENODATA		61
#define ETIMEDOUT	110
#define ECANCELED	125
#define ERESTARTSYS	512

#endif /* SHIM_LINUX_ERRNO_H */
