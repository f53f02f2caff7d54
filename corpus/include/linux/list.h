/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_LIST_H
#define SHIM_LINUX_LIST_H

#include <linux/container_of.h>
#include <linux/types.h>

#define LIST_HEAD_INIT(name)	{ &(name), &(name) }
#define LIST_HEAD(name)		struct list_head name = LIST_HEAD_INIT(name)

extern void INIT_LIST_HEAD(struct list_head *head);
extern void list_add(struct list_head *item, struct list_head *head);
extern void list_add_tail(struct list_head *item, struct list_head *head);
extern void list_del(struct list_head *item);
extern void list_del_init(struct list_head *item);
extern void list_move_tail(struct list_head *item, struct list_head *head);
extern void list_splice_init(struct list_head *from, struct list_head *to);
extern bool list_empty(const struct list_head *head);

#define list_entry(ptr, type, member)	container_of(ptr, type, member)

#define list_first_entry(head, type, member)	\
	list_entry((head)->next, type, member)

#define list_first_entry_or_null(head, type, member)	\
	(list_empty(head) ? NULL : list_first_entry(head, type, member))

#define list_next_entry(pos, member)	\
	list_entry((pos)->member.next, __typeof__(*(pos)), member)

#define list_for_each(pos, head)	\
	for (pos = (head)->next; pos != (head); pos = pos->next)

#define list_for_each_entry(pos, head, member)				\
	for (pos = list_first_entry(head, __typeof__(*pos), member);	\
	     &pos->member != (head);					\
	     pos = list_next_entry(pos, member))

/* The cursor "tmp" runs one ahead, so "pos" may be taken off the list. */
#define list_for_each_entry_safe(pos, tmp, head, member)		\
	for (pos = list_first_entry(head, __typeof__(*pos), member),	\
	     tmp = list_next_entry(pos, member);			\
	     &pos->member != (head);					\
	     pos = tmp, tmp = list_next_entry(tmp, member))

#endif /* SHIM_LINUX_LIST_H */
