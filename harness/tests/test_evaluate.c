/* conductor/evaluate.h: what an expression is worth. Nothing here needs a target. */
#include <string.h>

#include "conductor/evaluate.h"
#include "tests/drill.h"
#include "tests/tests.h"

/* The value of the condition that `text` is, as decimal; NULL with the reason in *reason when it has none. */
static const char *evaluated(const char *text, struct arena *arena, const char **reason)
{
    struct verdict verdict = {0};
    struct instance instance = {.arena = arena, .verdict = &verdict, .keys = {0x5eed0001, 0x5eed0002}};
    struct diagnostics diagnostics = {0};
    const char *source = arena_print(arena, "case \"t\"\n  require %s\n", text);
    struct case_file *file = notation_parse("t.drill", source, strlen(source), &diagnostics);
    integer number;

    ck_assert_msg(file != NULL, "%s: %s", text, diagnostics.first ? diagnostics.first->text : "");
    bool good = evaluate_number(&instance, file->cases->steps->value, &number);

    ck_assert_msg(good == !instance.over, "%s", text);
    *reason = verdict.reason;
    notation_free(file);
    return good ? integer_print(number, arena) : NULL;
}

static const struct {
    const char *text, *value;
} values[] = {
    {"1 + 2*3", "7"},
    {"(1 + 2)*3", "9"},
    {"7/2", "3"},
    {"-7/2", "-3"},
    {"-7 % 3", "-1"},
    {"10 - 3 - 2", "5"},
    {"1<<63", "9223372036854775808"},
    {"0xffffffffffffffff", "18446744073709551615"},
    {"0xffffffffffffffff + 1", "18446744073709551616"},
    {"0xffffffffffffffff*0x7fffffffffffffff/2", "85070591730234615852008593802659889152"},
    {"-(1<<63)", "-9223372036854775808"},
    {"-1>>1", "-1"},
    {"0755", "493"},
    {"0x10 | 0x01", "17"},
    {"6 & 3", "2"},
    {"6 ^ 3", "5"},
    {"~0", "-1"},
    {"!5", "0"},
    {"!0", "1"},
    {"1 < 2", "1"},
    {"2 <= 1", "0"},
    {"-1 < 0xffffffffffffffff", "1"},
    {"2 > 1 && 0 || 1", "1"},
    {"1 == 1", "1"},
    {"1 != 1", "0"},
    {"\"a\" == \"a\"", "1"},
    {"\"a\"*3 == \"aaa\"", "1"},
    {"\"a\" == 1", "0"},
    {"[1, 2] == [1, 2]", "1"},
    {"[0]*3 == [0, 0, 0]", "1"},
    {"[0]*0 == []", "1"},
    {"KEY", "1592590337"},
    {"KEY2 - KEY", "1"},
};

START_TEST(an_expression_is_worth_what_c_says_in_128_bits)
{
    struct arena arena = {0};
    const char *reason, *value = evaluated(values[_i].text, &arena, &reason);

    ck_assert_msg(value && strcmp(value, values[_i].value) == 0, "%s is %s instead of %s", values[_i].text,
                  value ? value : reason, values[_i].value);
    arena_free(&arena);
}
END_TEST

#define LARGEST  "(1<<63)*(1<<63)*1"
#define SMALLEST "((1<<63)*(1<<63)*-2)"

static const struct {
    const char *text, *reason;
} mistakes[] = {
    {"1/0", "division by zero"},
    {"1 % 0", "division by zero"},
    {"1/(2 - 2)", "division by zero"},
    {LARGEST "*2", "the result of * is too large"},
    {LARGEST " + " LARGEST, "the result of + is too large"},
    {SMALLEST " - 1", "the result of - is too large"},
    {SMALLEST "/-1", "the result of / is too large"},
    {"-" SMALLEST, "the result of - is too large"},
    {"(1<<63)<<63<<3", "the result of << is too large"},
    {"1<<64", "shift by more than 63 bits"},
    {"1<<-1", "shift by more than 63 bits"},
    {"1>>64", "shift by more than 63 bits"},
    {"\"a\" + 1", "an operator other than ==, != and * needs two numbers"},
    {"\"a\"*-1", "repeated too often: at most 524288 times expected"},
    {"\"a\"*99999999 == \"\"", "repeated too often: at most 524288 times expected"},
    {"[1]*4097 == []", "repeated too often: at most 4096 times expected"},
    {"nobody == 1", "nobody has no value yet"},
};

START_TEST(an_expression_without_a_value_says_why)
{
    struct arena arena = {0};
    const char *reason, *value = evaluated(mistakes[_i].text, &arena, &reason);

    ck_assert_msg(value == NULL, "%s is %s", mistakes[_i].text, value);
    ck_assert_str_eq(reason, mistakes[_i].reason);
    arena_free(&arena);
}
END_TEST

Suite *evaluate_suite(void)
{
    Suite *suite = suite_create("evaluate");
    TCase *expressions = tcase_create("expressions");

    tcase_add_loop_test(expressions, an_expression_is_worth_what_c_says_in_128_bits, 0,
                        sizeof(values) / sizeof(*values));
    tcase_add_loop_test(expressions, an_expression_without_a_value_says_why, 0,
                        sizeof(mistakes) / sizeof(*mistakes));
    suite_add_tcase(suite, expressions);
    return suite;
}
