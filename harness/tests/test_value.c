/* conductor/value.h: values of the wire. */
#include <string.h>

#include "conductor/value.h"
#include "tests/tests.h"

static struct arena arena;

static void free_arena(void)
{
    arena_free(&arena);
}

static bool read_value(const char *text, struct value *value, const char **rest)
{
    *rest = text;
    return value_read(rest, value, &arena);
}

START_TEST(numbers_are_read_in_both_bases_and_signs)
{
    static const struct {
        const char *text;
        const char *decimal;
        enum value_format format;
    } rows[] = {
        {"0", "0", FORMAT_DECIMAL},
        {"-1", "-1", FORMAT_DECIMAL},
        {"18446744073709551615", "18446744073709551615", FORMAT_DECIMAL},
        {"-9223372036854775808", "-9223372036854775808", FORMAT_DECIMAL},
        {"0xffffffffffffffff", "18446744073709551615", FORMAT_HEX},
        {"0x7f00deadBEEF", "139641712656111", FORMAT_HEX},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct value value;
        const char *rest;

        ck_assert_msg(read_value(rows[i].text, &value, &rest), "%s", rows[i].text);
        ck_assert_str_eq(rest, "");
        ck_assert_int_eq(value.kind, VALUE_NUMBER);
        ck_assert_int_eq(value.format, rows[i].format);
        ck_assert_str_eq(integer_print(value.number, &arena), rows[i].decimal);
    }
}
END_TEST

START_TEST(texts_are_read_with_escapes_and_repetition)
{
    static const struct {
        const char *text;
        const char *bytes;
        size_t length;
    } rows[] = {
        {"\"\"", "", 0},
        {"\"still here\"", "still here", 10},
        {"\"\\n\\t\\r\\a\\b\\f\\v\\\\\\\"\\'\"", "\n\t\r\a\b\f\v\\\"'", 10},
        {"\"\\x00\\x7f\\xff\"", "\0\x7f\xff", 3},
        {"\"\\0\\17\\1770\"", "\0\017\1770", 4},
        {"\"ab\"*3", "ababab", 6},
        {"\"\\0\"*4", "\0\0\0\0", 4},
        {"\"x\"*0", "", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct value value;
        const char *rest;

        ck_assert_msg(read_value(rows[i].text, &value, &rest), "%s", rows[i].text);
        ck_assert_str_eq(rest, "");
        ck_assert_int_eq(value.kind, VALUE_TEXT);
        ck_assert_msg(value.length == rows[i].length &&
                          memcmp(value.bytes, rows[i].bytes, rows[i].length) == 0,
                      "%s", rows[i].text);
    }
}
END_TEST

START_TEST(lists_are_read_with_and_without_names)
{
    struct value value;
    const char *rest;

    ck_assert(read_value("{shm_perm.mode=384,name=\"a,b}\",inner=[1,{x=2}],empty=[]} 7", &value, &rest));
    ck_assert_str_eq(rest, " 7");
    ck_assert_int_eq(value_field(&value, "mode")->number == 384, 1);
    ck_assert_uint_eq(value_field(&value, "name")->length, 4);
    const struct value *inner = value_field(&value, "inner");

    ck_assert_ptr_null(inner->fields->name);
    ck_assert_int_eq(inner->fields->next->value.fields->value.number == 2, 1);
    ck_assert_ptr_null(value_field(&value, "empty")->fields);
    ck_assert_ptr_null(value_field(&value, "other"));
}
END_TEST

START_TEST(what_is_no_value_is_refused)
{
    static const char *const rows[] = {
        "",
        "-",
        "x",
        "0x",
        "12a",
        "\"open",
        "\"bad\\q\"",
        "\"cut\\",
        "{a=1",
        "{a=}",
        "{a=1 b=2}",
        "[1,",
        "[1;2]",
        "[",
        "\"\\x4\"",
        "\"a\"*99999999999999999999",
        "99999999999999999999999999999999999999999999",
        "=",
        " 1",
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct value value;
        const char *rest;

        ck_assert_msg(!read_value(rows[i], &value, &rest), "'%s' is taken for a value", rows[i]);
    }
}
END_TEST

START_TEST(lists_within_lists_are_bounded)
{
    enum { DEPTH = 128 * 1024 };
    char *text = arena_take(&arena, DEPTH + 1);
    struct value value;
    const char *rest;

    memset(text, '[', DEPTH);
    ck_assert(!read_value(text, &value, &rest));
}
END_TEST

START_TEST(values_are_equal_by_what_they_are_not_by_how_they_are_shown)
{
    static const struct {
        const char *one, *other;
        bool equal;
    } rows[] = {
        {"16", "0x10", true},        {"16", "17", false},
        {"4294967296", "0", false},  {"18446744073709551615", "-1", false},
        {"\"a\"", "\"a\"", true},    {"\"a\"", "\"a\\0\"", false},
        {"\"aa\"", "\"a\"*2", true}, {"\"1\"", "1", false},
        {"[1,2]", "[1,0x2]", true},  {"[1,2]", "[1,2,3]", false},
        {"[1,2]", "[2,1]", false},   {"[]", "[]", true},
        {"[]", "0", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct value one, other;
        const char *rest;

        ck_assert(read_value(rows[i].one, &one, &rest) && read_value(rows[i].other, &other, &rest));
        ck_assert_msg(value_equal(&one, &other) == rows[i].equal, "%s and %s", rows[i].one, rows[i].other);
        ck_assert_msg(value_equal(&other, &one) == rows[i].equal, "%s and %s", rows[i].other, rows[i].one);
    }
}
END_TEST

START_TEST(numbers_of_any_size_are_printed)
{
    const integer largest = (integer)(~(unsigned __int128)0 >> 1);

    ck_assert_str_eq(integer_print(0, &arena), "0");
    ck_assert_str_eq(integer_print(-7, &arena), "-7");
    ck_assert_str_eq(integer_print(largest, &arena), "170141183460469231731687303715884105727");
    ck_assert_str_eq(integer_print(-largest, &arena), "-170141183460469231731687303715884105727");
    ck_assert_str_eq(integer_print(-largest - 1, &arena), "-170141183460469231731687303715884105728");
}
END_TEST

Suite *value_suite(void)
{
    Suite *suite = suite_create("value");
    TCase *values = tcase_create("values");

    tcase_add_checked_fixture(values, NULL, free_arena);
    tcase_add_test(values, numbers_are_read_in_both_bases_and_signs);
    tcase_add_test(values, texts_are_read_with_escapes_and_repetition);
    tcase_add_test(values, lists_are_read_with_and_without_names);
    tcase_add_test(values, what_is_no_value_is_refused);
    tcase_add_test(values, lists_within_lists_are_bounded);
    tcase_add_test(values, values_are_equal_by_what_they_are_not_by_how_they_are_shown);
    tcase_add_test(values, numbers_of_any_size_are_printed);
    suite_add_tcase(suite, values);
    return suite;
}
