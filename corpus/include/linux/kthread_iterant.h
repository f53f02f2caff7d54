/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Iterants aren't part of the kernel: this is the header that the project ships. */
#include "../../../codemod/include/linux/kthread_iterant.h"
