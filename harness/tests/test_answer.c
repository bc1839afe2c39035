/* conductor/answer.h: what an agent says, taken apart. */
#include <string.h>

#include "conductor/answer.h"
#include "tests/tests.h"

static struct arena arena;

static void free_arena(void)
{
    arena_free(&arena);
}

START_TEST(a_result_with_all_that_the_call_filled)
{
    const struct answer *answer = answer_read("= 7 2={shm_nattch=1,written=112} 0=[5,6]", &arena);

    ck_assert_int_eq(answer->kind, ANSWER_RETURNED);
    ck_assert(answer->value.number == 7);
    ck_assert_int_eq(answer->changed, -1);
    ck_assert(value_field(answer_output(answer, 2), "written")->number == 112);
    ck_assert(answer_output(answer, 0)->fields->value.number == 5);
    ck_assert_ptr_null(answer_output(answer, 1));
}
END_TEST

START_TEST(a_failure_has_the_name_or_number_of_its_errno)
{
    const struct answer *named = answer_read("= -1 EINVAL", &arena);
    const struct answer *numbered = answer_read("= -1 512 1={tv_sec=0}", &arena);

    ck_assert_int_eq(named->kind, ANSWER_FAILED);
    ck_assert_str_eq(named->name, "EINVAL");
    ck_assert_int_eq(numbered->kind, ANSWER_FAILED);
    ck_assert_str_eq(numbered->name, "512");
    ck_assert_ptr_nonnull(answer_output(numbered, 1));
}
END_TEST

START_TEST(minus_one_without_an_errno_is_a_result)
{
    const struct answer *answer = answer_read("= -1", &arena);

    ck_assert_int_eq(answer->kind, ANSWER_RETURNED);
    ck_assert(answer->value.number == -1);
}
END_TEST

START_TEST(an_argument_that_the_call_changed_is_told)
{
    const struct answer *answer = answer_read("= 0 changed=2", &arena);

    ck_assert_int_eq(answer->kind, ANSWER_RETURNED);
    ck_assert_int_eq(answer->changed, 2);
}
END_TEST

START_TEST(faults_signals_and_hellos_have_fields)
{
    const struct answer *fault = answer_read("! SIGSEGV si_code=2 si_addr=4096", &arena);
    const struct answer *signal = answer_read("~ SIGUSR1 si_code=0 si_pid=3 si_uid=0", &arena);
    const struct answer *hello = answer_read("hello pid=7 uid=0 gid=0", &arena);

    ck_assert_int_eq(fault->kind, ANSWER_FAULT);
    ck_assert_str_eq(fault->name, "SIGSEGV");
    ck_assert(value_field(&fault->fields, "si_addr")->number == 4096);
    ck_assert_int_eq(signal->kind, ANSWER_SIGNAL);
    ck_assert(value_field(&signal->fields, "si_pid")->number == 3);
    ck_assert_int_eq(hello->kind, ANSWER_HELLO);
    ck_assert(value_field(&hello->fields, "pid")->number == 7);
}
END_TEST

START_TEST(a_complaint_is_trouble_in_the_agents_words)
{
    const struct answer *answer = answer_read("? buffers: ENOMEM", &arena);

    ck_assert_int_eq(answer->kind, ANSWER_TROUBLE);
    ck_assert_str_eq(answer->trouble, "buffers: ENOMEM");
}
END_TEST

START_TEST(nonsense_is_trouble_and_is_quoted)
{
    static const char *const rows[] = {
        "",           "=",
        "= ",         "= x",
        "=7",         "= 7 8",
        "= 7 2=",     "= 7 2={a",
        "= -1 ",      "= -1 einval",
        "! ",         "! SIGSEGV si_code",
        "~",          "hello",
        "hello pid",  "hello pid=x",
        "good day",   "= \"open",
        "= 1 0={a=1", "= 7 2={a=1}}",
        "= 1\n",      "= -1 EINVAL x",
        "?",          "!! SIGSEGV",
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct answer *answer = answer_read(rows[i], &arena);
        const char *expected = arena_print(&arena, "the agent talks nonsense: '%s'", rows[i]);

        ck_assert_msg(answer->kind == ANSWER_TROUBLE, "'%s' is taken for an answer", rows[i]);
        ck_assert_str_eq(answer->trouble, expected);
    }
}
END_TEST

START_TEST(long_nonsense_is_quoted_in_part)
{
    char message[4096];

    memset(message, 'x', sizeof(message) - 1);
    message[sizeof(message) - 1] = '\0';
    ck_assert_uint_lt(strlen(answer_read(message, &arena)->trouble), 200);
}
END_TEST

Suite *answer_suite(void)
{
    Suite *suite = suite_create("answer");
    TCase *answers = tcase_create("answers");

    tcase_add_checked_fixture(answers, NULL, free_arena);
    tcase_add_test(answers, a_result_with_all_that_the_call_filled);
    tcase_add_test(answers, a_failure_has_the_name_or_number_of_its_errno);
    tcase_add_test(answers, minus_one_without_an_errno_is_a_result);
    tcase_add_test(answers, an_argument_that_the_call_changed_is_told);
    tcase_add_test(answers, faults_signals_and_hellos_have_fields);
    tcase_add_test(answers, a_complaint_is_trouble_in_the_agents_words);
    tcase_add_test(answers, nonsense_is_trouble_and_is_quoted);
    tcase_add_test(answers, long_nonsense_is_quoted_in_part);
    suite_add_tcase(suite, answers);
    return suite;
}
