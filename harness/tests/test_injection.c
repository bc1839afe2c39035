/* notation/injection.h: the words of strace's inject. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>

#include "notation/injection.h"
#include "tests/tests.h"

static const struct {
    const char *text;
    struct injection injection; /* the name of one call, and what the text makes of it */
} good[] = {
    {"semop:error=EINTR", {{"semop"}, 1, .error = EINTR, .first = 1, .last = UINT_MAX, .step = 1}},
    {"semop:error=4:when=2", {{"semop"}, 1, .error = EINTR, .first = 2, .last = 2, .step = 1}},
    {"shmat,shmdt:error=ENOMEM:when=2..5", {{"shmat"}, 2, .error = ENOMEM, .first = 2, .last = 5, .step = 1}},
    {"semget:retval=-7:when=3+",
     {{"semget"}, 1, .gives_value = true, .value = -7, .first = 3, .last = UINT_MAX, .step = 1}},
    {"semget:retval=0x10:when=3+2",
     {{"semget"}, 1, .gives_value = true, .value = 16, .first = 3, .last = UINT_MAX, .step = 2}},
    {"read:signal=SIGINT:when=1..9+4", {{"read"}, 1, .signal = SIGINT, .first = 1, .last = 9, .step = 4}},
    {"read:signal=15", {{"read"}, 1, .signal = SIGTERM, .first = 1, .last = UINT_MAX, .step = 1}},
    {"read:signal=TERM", {{"read"}, 1, .signal = SIGTERM, .first = 1, .last = UINT_MAX, .step = 1}},
    {"exit_group:delay_enter=10",
     {{"exit_group"}, 1, .delay_enter = true, .first = 1, .last = UINT_MAX, .step = 1}},
    {"semctl:delay_exit=5ms:when=1", {{"semctl"}, 1, .delay_exit = true, .first = 1, .last = 1, .step = 1}},
    {"semop:error=EINTR:signal=SIGUSR1",
     {{"semop"}, 1, .error = EINTR, .signal = SIGUSR1, .first = 1, .last = UINT_MAX, .step = 1}},
};

START_TEST(an_injection_is_read)
{
    struct arena arena = {0};
    struct injection got;
    const struct injection *wanted = &good[_i].injection;
    const char *problem = "";
    int at;

    ck_assert_msg(injection_read(good[_i].text, &got, &arena, &at, &problem), "%s: %s", good[_i].text,
                  problem);
    ck_assert_str_eq(got.calls[0], wanted->calls[0]);
    ck_assert_int_eq(got.call_count, wanted->call_count);
    ck_assert_int_eq(got.error, wanted->error);
    ck_assert_int_eq(got.gives_value, wanted->gives_value);
    ck_assert_int_eq(got.value, wanted->value);
    ck_assert_int_eq(got.signal, wanted->signal);
    ck_assert_int_eq(got.delay_enter, wanted->delay_enter);
    ck_assert_int_eq(got.delay_exit, wanted->delay_exit);
    ck_assert_uint_eq(got.first, wanted->first);
    ck_assert_uint_eq(got.last, wanted->last);
    ck_assert_uint_eq(got.step, wanted->step);
    arena_free(&arena);
}
END_TEST

static const struct {
    const char *text;
    int at;
    const char *problem;
} bad[] = {
    {"", 0, "the name of a system call expected"},
    {"semop", 5, ":error=ERRNO, :retval=N, :signal=SIG or a delay expected"},
    {"semopp:error=EINTR", 0, "unknown system call semopp, did you mean semop?"},
    {"semop,:error=EINTR", 6, "the name of a system call expected"},
    {"semop:error=EINTER", 12, "unknown errno EINTER, did you mean EINTR?"},
    {"semop:error=0", 12, "unknown errno 0: a name of errno(3), or its number, expected"},
    {"semop:signal=SIGHUUP", 13, "unknown signal SIGHUUP, did you mean SIGHUP?"},
    {"semop:eror=EINTR", 6, "unknown option eror=, did you mean error=?"},
    {"semop:", 6, "unknown option '': error=, retval=, signal=, delay_enter=, delay_exit= or when= expected"},
    {"semop:error=EINTR:when=0", 23, "a number from 1 expected"},
    {"semop:error=EINTR:when=4..2", 26, "a number not below the first expected"},
    {"semop:error=EINTR:when=1x", 24, "a colon or the end expected"},
    {"semop:retval=", 13, "a number expected"},
    {"semop:error=EINTR:retval=1", 0, "error= or retval= expected, not both"},
    {"semop:when=1", 12, ":error=ERRNO, :retval=N, :signal=SIG or a delay expected"},
    {"semop:delay_enter=x", 18, "a number expected (of microseconds; time is virtual)"},
};

START_TEST(a_mistake_in_an_injection_is_told_with_its_place)
{
    struct arena arena = {0};
    struct injection got;
    const char *problem = "";
    int at = -1;

    ck_assert_msg(!injection_read(bad[_i].text, &got, &arena, &at, &problem), "%s is read", bad[_i].text);
    ck_assert_str_eq(problem, bad[_i].problem);
    ck_assert_int_eq(at, bad[_i].at);
    arena_free(&arena);
}
END_TEST

static const struct {
    const char *text, *call;
    const char *applies; /* to the calls 1, 2, 3, ...: y or n */
} chosen[] = {
    {"semop:error=EINTR", "semop", "yyyyyy"},
    {"semop:error=EINTR", "semget", "nnn"},
    {"semop:error=EINTR:when=2", "semop", "nynn"},
    {"semop:error=EINTR:when=2+", "semop", "nyyyy"},
    {"semop:error=EINTR:when=2+2", "semop", "nynyny"},
    {"semop:error=EINTR:when=2..4", "semop", "nyyyn"},
    {"semop:error=EINTR:when=1..4+2", "semop", "ynynn"},
    {"semget,semop:error=EINTR:when=1", "semop", "yn"},
    {"semtimedop:error=EINTR:when=1", "semop", "yn"},
    {"semop:error=EINTR:when=1", "semtimedop", "nn"},
};

START_TEST(when_chooses_among_the_calls_of_a_name)
{
    struct arena arena = {0};
    struct injection injection;
    const char *problem;
    int at;

    ck_assert(injection_read(chosen[_i].text, &injection, &arena, &at, &problem));
    for (unsigned i = 0; chosen[_i].applies[i]; i++)
        ck_assert_msg(injection_applies(&injection, chosen[_i].call, i + 1) == (chosen[_i].applies[i] == 'y'),
                      "%s: %s number %u", chosen[_i].text, chosen[_i].call, i + 1);
    arena_free(&arena);
}
END_TEST

Suite *injection_suite(void)
{
    Suite *suite = suite_create("injection");
    TCase *injections = tcase_create("injections");

    tcase_add_loop_test(injections, an_injection_is_read, 0, sizeof(good) / sizeof(*good));
    tcase_add_loop_test(injections, a_mistake_in_an_injection_is_told_with_its_place, 0,
                        sizeof(bad) / sizeof(*bad));
    tcase_add_loop_test(injections, when_chooses_among_the_calls_of_a_name, 0,
                        sizeof(chosen) / sizeof(*chosen));
    suite_add_tcase(suite, injections);
    return suite;
}
