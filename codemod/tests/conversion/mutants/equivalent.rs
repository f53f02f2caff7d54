//! Mutants that do the same as the original, by what makes them so. A form stands behind those that
//! are the same in one form only.

/// Mutants, and why each of them is none.
pub(super) const EQUIVALENT: &[(&[&str], &str)] = &[
    (
        &[
            "crew.c test-later: .type = KTI_STOP | KTI_TEST_FIRST, #3",
            "event.c test-later: .type = KTI_STOP | KTI_TEST_FIRST,",
            "lamp.c test-later: .type = KTI_STOP | KTI_TEST_FIRST,",
            "right.c test-later: .type = KTI_STOP | KTI_TEST_FIRST,",
            "tally.c test-later: .type = KTI_STOP | KTI_TEST_FIRST,",
            "twins.c test-later: .type = KTI_STOP | KTI_TEST_FIRST, #2",
        ],
        "func begins with a wait that a stop ends, and then tests stop",
    ),
    (
        &[
            "bench.c no-stop: .type = KTI_STOP | KTI_TEST_FIRST,",
            "bench.c no-stop: .type = KTI_STOP | KTI_TEST_FIRST, #2",
            "bench.c test-later: .type = KTI_STOP | KTI_TEST_FIRST,",
            "bench.c test-later: .type = KTI_STOP | KTI_TEST_FIRST, #2",
            "gate.c no-stop: .type = KTI_STOP | KTI_TEST_FIRST,",
            "gate.c test-later: .type = KTI_STOP | KTI_TEST_FIRST,",
        ],
        "func begins with a test of its own that includes stop, and ends the loop there",
    ),
    (
        &[
            "local.c test-later: .type = KTI_STOP | KTI_TEST_FIRST, #4",
            "table.c test-first: .type = KTI_STOP,",
        ],
        "before it sleeps func does nothing but set the state, and stop beats the sleep",
    ),
    (
        &[
            "crew.c destroy-too: .func = crew_bosun_iterate,",
            "event.c destroy-too: .func = puff_thread_iterate,",
            "lamp.c destroy-too: .func = lamp_thread_iterate,",
            "local.c destroy-too: .func = bell_mute_iterate, [loop]",
            "right.c destroy-too: .func = stork_thread_iterate,",
            "tally.c destroy-too: .func = quay_tally_iterate,",
            "twins.c destroy-too: .func = twin_thread_iterate, #2",
        ],
        "destroy runs when stop is asked for: the func waits for nothing, and returns at its test",
    ),
    (
        &[
            "never.c destroy-too: .func = owl_thread_iterate,",
            "never.c error: return 0;",
            "never.c number: return 0;",
            "right.c error: return 0; #2",
            "right.c number: return 0; #2",
            "toad.c error: return 0; #3",
            "toad.c number: return 0; #3",
            "watch.c destroy-too: .func = stall_watch_iterate,",
            "watch.c error: return 0; [loop]",
            "watch.c number: return 0; [loop]",
        ],
        "the loop never ends: nothing behind it runs",
    ),
    (
        &[
            "assign.c double: schedule_timeout_interruptible(HZ);",
            "counter.c double: schedule_timeout_interruptible(MAX_SCHEDULE_TIMEOUT);",
            "crane.c double: schedule_timeout_interruptible(MAX_SCHEDULE_TIMEOUT);",
        ],
        "a loop that only waits to be stopped: a stop ends the second sleep as it does the first",
    ),
    (
        &[
            "carried.c stop-test: context->prev = now;",
            "event.c stop-test: context->seen = now;",
            "mixed.c stop-test: context->delay = 1;",
            "mixed.c stop-test: context->delay = p->pending ? p->fast : p->slow;",
            "scan.c stop-test: left = READ_ONCE(scan_every);",
            "tally.c stop-test: context->last = sum;",
        ],
        "to the end of the iteration only locals change that nobody reads behind the loop",
    ),
    (
        &[
            "hold.c stop-test: patience = hold_retry_waiters(book);",
            "lamp.c stop-test: lamp_turn(lamp);",
        ],
        "nothing was done since the last test of stop but to look",
    ),
    (
        &["watch.c stop-test: left = context->last_look + period - jiffies;"],
        "nobody tests stop, and the sleep that is left out would not last once it is asked for",
    ),
    (
        &[
            r#"tally.c stop-test: pr_debug("quay: %u, was %u, %u twins\n", sum, context->last, twins);"#,
        ],
        "a debug message is all that is left out, and a local that nobody reads behind the loop",
    ),
    (
        &[
            "event.c stop: return;",
            r#"lamp.c end: pr_debug("lamp: told to stop\n");"#,
            r#"lamp.c sleep: pr_debug("lamp: told to stop\n");"#,
            "lamp.c stop: return;",
            "tally.c stop: return;",
        ],
        "stop was seen: the driver would end the loop too, with 0",
    ),
    (
        &[
            "bell.c double: sigprocmask(SIG_SETMASK, &old, NULL);",
            "bell.c drop: sigprocmask(SIG_SETMASK, &old, NULL);",
            r#"lamp.c double: pr_debug("lamp: told to stop\n");"#,
            r#"lamp.c drop: pr_debug("lamp: told to stop\n");"#,
            r#"lamp.c stop-test: pr_debug("lamp: %u turns so far\n", lamp->turns);"#,
            "lamp.c stop-test: sigprocmask(SIG_BLOCK, context->hup, NULL);",
        ],
        "a thread that ends only masks signals there, or prints a debug message",
    ),
    (
        &[
            "linger.c number: kthread_iterant_stop_current(&context->iterant, 0); [callbacks]",
            "linger.c result: kthread_iterant_stop_current(&context->iterant, 0); [callbacks]",
            "linger.c result: kthread_iterant_stop_current(&context->iterant, 0); #2 [callbacks]",
        ],
        "destroy sets the result once more, and the last one counts",
    ),
    (
        &["carried.c sleep: context->prev = now;"],
        "the request behind it takes its place, and nothing between them blocks",
    ),
    (&["mixed.c drop: __set_current_state(TASK_RUNNING);"], "a sleep leaves the task running"),
    (
        &[
            "kettle.c swap: cup->sugar = 2;",
            "kettle.c swap: kfree(cup);",
            "sieve.c swap: (*context->last) = now;",
        ],
        "neither statement looks at what the other changes",
    ),
    (
        &["well.c negate: if (kthread_should_stop()) #2", "well.c drop: return; #2"],
        "the func ends there in any case, and the driver tests stop",
    ),
    (
        &[
            "burrow.c number: kthread_iterant_stop_current(&context->iterant, 1);",
            "burrow.c number: kthread_iterant_stop_current(&context->iterant, 1); #2",
            "burrow.c number: kthread_iterant_stop_current(&context->iterant, 1); #3",
            "burrow.c result: kthread_iterant_stop_current(&context->iterant, 1);",
            "burrow.c result: kthread_iterant_stop_current(&context->iterant, 1); #2",
            "burrow.c result: kthread_iterant_stop_current(&context->iterant, 1); #3",
            "burrow.c result: kthread_iterant_stop_current(&context->iterant, 1); #4",
            "burrow.c result: kthread_iterant_stop_current(&context->iterant, 1); #5",
            "burrow.c result: kthread_iterant_stop_current(&context->iterant, 1); #6",
        ],
        "the thread function only looks whether the result is 0",
    ),
    (&["annotations.c narrow: unsigned int __maybe_unused spare;"], "nobody uses it"),
    (&["collector.c continue: break;"], "behind the switch the inner loop does nothing more"),
];
