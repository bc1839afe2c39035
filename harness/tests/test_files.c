/* notation/: whatever a path leads to, reading it ends in a file or in a clear mistake. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/drill.h"
#include "tests/surroundings.h"
#include "tests/tests.h"

enum { NOBODY = 65534 };

static void make_scratch(void)
{
    scratch_make();
}

/* Reading the path must fail with one mistake, of the file as a whole, that says `message`. */
static void expect_mistake(const char *path, const char *message)
{
    struct diagnostics diagnostics = {0};

    ck_assert_ptr_null(notation_read(path, &diagnostics));
    ck_assert_int_eq(diagnostics.count, 1);
    ck_assert_str_eq(diagnostics.first->text, message);
    ck_assert_str_eq(diagnostics.first->file, path);
    ck_assert_int_eq(diagnostics.first->at.line, 0);
    diagnostics_free(&diagnostics);
}

START_TEST(an_empty_file_is_told)
{
    expect_mistake(scratch_write("t.drill", ""), "no case in this file: case \"title\" expected");
}
END_TEST

START_TEST(a_file_of_comments_only_is_told)
{
    expect_mistake(scratch_write("t.drill", "# nothing\n\n# at all"),
                   "no case in this file: case \"title\" expected");
}
END_TEST

START_TEST(a_binary_file_is_told)
{
    static const char bytes[] = "case \"t\"\n\0\177ELF";

    expect_mistake(scratch_write_bytes("t.drill", bytes, sizeof(bytes)),
                   "not a case file: a text expected, found a NUL byte at offset 9");
}
END_TEST

START_TEST(a_file_of_four_mebibytes_is_read_and_a_larger_one_told)
{
    char *text = malloc(CASE_FILE_BYTES_MAX + 1);
    struct diagnostics diagnostics = {0};
    static const char start[] = "case \"t\"\n  writer  getpid() = _\n";

    ck_assert_ptr_nonnull(text);
    memset(text, '\n', CASE_FILE_BYTES_MAX + 1);
    memcpy(text, start, sizeof(start) - 1);
    struct case_file *file =
        notation_read(scratch_write_bytes("t.drill", text, CASE_FILE_BYTES_MAX), &diagnostics);

    ck_assert_ptr_nonnull(file);
    notation_free(file);
    expect_mistake(scratch_write_bytes("t.drill", text, CASE_FILE_BYTES_MAX + 1),
                   "cannot be read: too large: at most 4 MiB expected");
    free(text);
}
END_TEST

START_TEST(a_folder_a_pipe_and_a_device_are_told)
{
    expect_mistake(scratch_path("."), "cannot be read: a regular file expected");
    ck_assert_int_eq(mkfifo(scratch_path("pipe"), 0600), 0);
    expect_mistake(scratch_path("pipe"), "cannot be read: a regular file expected");
    expect_mistake("/dev/zero", "cannot be read: a regular file expected");
}
END_TEST

START_TEST(a_missing_file_is_told)
{
    expect_mistake(scratch_path("none.drill"), "cannot be read: No such file or directory");
}
END_TEST

START_TEST(an_unreadable_file_is_told)
{
    const char *path = scratch_write("t.drill", "case \"t\"\n");

    ck_assert_int_eq(chmod(path, 0), 0);
    if (geteuid() == 0)
        ck_assert_int_eq(seteuid(NOBODY), 0);
    expect_mistake(path, "cannot be read: Permission denied");
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

START_TEST(lines_may_end_as_on_other_systems)
{
    struct case_file *one =
        drill_read("case \"t <a>\"\r\n  clause A-1\r\n  needs root\r\n  writer  shmget(<a>, 1, "
                   "0) = -1 EINVAL # why\r\n  where\r\n    a\r\n    1\r\n");
    struct case_file *other = drill_read("case \"t <a>\"\n  clause A-1\n  needs root\n  writer  shmget(<a>, "
                                         "1, 0) = -1 EINVAL\n  where\n    a\n    1\n");

    ck_assert(notation_equal(one, other));
    notation_free(one);
    notation_free(other);
}
END_TEST

START_TEST(the_last_line_needs_no_newline)
{
    struct case_file *file = drill_read("case \"t\"\n  writer  getpid() = _");

    ck_assert_str_eq(file->cases->steps->call->name, "getpid");
    notation_free(file);
}
END_TEST

/* Every beginning of a good file, and the file with each byte replaced: a file or mistakes, and no crash. */
START_TEST(a_damaged_file_is_read_or_told)
{
    static const char good[] = "# About.\ncase \"t <a>\"\n  clause SHMGET-07\n  actor x uid=1 groups=[1]\n"
                               "  x  shmget(KEY, <a>, 0600|IPC_CREAT) = -1 EINVAL (POSIX: ENOENT)\n"
                               "  reader  semop(0, [{0, -1, 0}], 1 <unfinished ...>\n"
                               "  reader  <... semop resumed>) = 0\n  reader  --- SIGSEGV {si_addr=1} ---\n"
                               "  writer  +++ exited with 0 +++\n  writer  peek(1, 2) = \"\\x41\\0\"\n"
                               "  where\n    a\n    0..7\n    \"x  y\"\n";
    static const char bytes[] = "\"\\<(#\n=|.-\xff";
    char text[sizeof(good)];

    for (size_t length = 0; length < sizeof(good); length++)
        for (size_t i = 0; i < sizeof(bytes); i++) {
            struct diagnostics diagnostics = {0};

            memcpy(text, good, length);
            text[length] = bytes[i];
            /* Once ending there, once going on. */
            if (i + 1 == sizeof(bytes))
                memcpy(text + length, good + length, sizeof(good) - length);
            else if (length + 1 < sizeof(good))
                memcpy(text + length + 1, good + length + 1, sizeof(good) - length - 1);
            size_t used = i == 0 ? length : sizeof(good) - 1;
            struct case_file *file = notation_parse("t.drill", text, used, &diagnostics);

            if (file)
                notation_check(file, NULL, &diagnostics);
            else
                ck_assert_int_gt(diagnostics.count, 0);
            notation_free(file);
            diagnostics_free(&diagnostics);
        }
}
END_TEST

Suite *files_suite(void)
{
    Suite *suite = suite_create("files");
    TCase *read = tcase_create("read");

    tcase_add_checked_fixture(read, make_scratch, scratch_remove);
    tcase_add_test(read, an_empty_file_is_told);
    tcase_add_test(read, a_file_of_comments_only_is_told);
    tcase_add_test(read, a_binary_file_is_told);
    tcase_add_test(read, a_file_of_four_mebibytes_is_read_and_a_larger_one_told);
    tcase_add_test(read, a_folder_a_pipe_and_a_device_are_told);
    tcase_add_test(read, a_missing_file_is_told);
    tcase_add_test(read, an_unreadable_file_is_told);
    tcase_add_test(read, lines_may_end_as_on_other_systems);
    tcase_add_test(read, the_last_line_needs_no_newline);
    tcase_add_test(read, a_damaged_file_is_read_or_told);
    suite_add_tcase(suite, read);
    return suite;
}
