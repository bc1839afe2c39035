/* sweep/sweep.h and ipcdrill sweep: programs under every fault. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "notation/arena.h"
#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

/* The careful one: what it made goes with it, on every way out. */
#define CAREFUL "block-signals clean-at-exit "

/* The sentences of a sweep's findings, one a line, with their details. To be freed. */
static char *findings(int code, const char *options, const char *actions)
{
    struct tool_result result =
        tool_expect(code, "sweep --json %s -- %s %s", options, specimen_path(), actions);
    json_t *report = json_loads(result.out, 0, NULL);
    json_t *finding;
    size_t index, length;
    char *text;
    FILE *out = open_memstream(&text, &length);

    ck_assert_ptr_nonnull(report);
    json_array_foreach(json_object_get(report, "findings"), index, finding)
    {
        const char *details = json_string_value(json_object_get(finding, "details"));

        fprintf(out, "%s%s%s\n", json_string_value(json_object_get(finding, "sentence")), details ? ": " : "",
                details ? details : "");
    }
    fclose(out);
    json_decref(report);
    tool_free(&result);
    return text;
}

static const struct {
    const char *sentence, *actions, *findings;
} rows[] = {
    {"a careful program has no finding", CAREFUL "make-set post take-patiently greet", ""},
    {"a careful program of memory has none", CAREFUL "make-segment attach store detach greet", ""},
    {"a program without a call has none", "greet", ""},
    {"objects left by a signal and by an early way out are found", "make-set post remove-set",
     "leaves 1 set behind when semop fails: EACCES, EFBIG, EINTR, ENOMEM, ERANGE\n"
     "leaves 1 set behind when a signal comes at semop: SIGINT, SIGTERM\n"
     "leaves 1 set behind when a signal comes at semctl: SIGINT, SIGTERM\n"},
    {"an address that nobody looked at crashes", CAREFUL "make-segment ?attach store",
     "is killed by SIGSEGV when shmat fails: EACCES, EIDRM, EINVAL, EMFILE, ENOMEM\n"},
    {"a failure that nobody looked at hangs", CAREFUL "make-set ?post take",
     "hangs when semop fails: EACCES, EFBIG, EIDRM, EINTR, EINVAL, ENOMEM, ERANGE\n"},
    {"trying again whatever the errno spins", CAREFUL "make-set post take-stubbornly",
     "goes on without end when semop fails: EACCES, EFBIG, EIDRM, EINVAL, ENOMEM, ERANGE\n"},
    {"what does not start again after a kill is found", CAREFUL "make-set-anew",
     "does not work when it is started again when it is killed at semctl: SIGKILL\n"},
    {"failing without a word is found", CAREFUL "be-quiet make-set",
     "exited with 1 and does not say why when semget fails: EACCES, EINVAL, ENOMEM, ENOSPC\n"},
    {"what a way out leaves attached is found", CAREFUL "make-set make-segment attach ~post detach",
     "exits with 0, and a segment is still attached when semop fails: EACCES, EFBIG, EIDRM, EINTR, EINVAL, "
     "ENOMEM, ERANGE\n"},
    {"what is attached at every end is not due to a fault", CAREFUL "make-set make-segment attach ?post", ""},
    {"a detach that fails is excused", CAREFUL "make-segment attach ?detach", ""},
    {"what differs from run to run is not compared", CAREFUL "make-set tell-time", ""},
    {"what never ends is the one finding", CAREFUL "make-set take", "hangs\n"},
};

START_TEST(a_sweep_finds_what_is_wrong_and_nothing_else)
{
    char *found = findings(*rows[_i].findings ? 1 : 0, "-j 2", rows[_i].actions);

    ck_assert_msg(strcmp(found, rows[_i].findings) == 0, "%s:\n%s", rows[_i].sentence, found);
    free(found);
}
END_TEST

START_TEST(what_a_program_is_meant_to_leave_is_no_finding)
{
    char *left = findings(1, "", "block-signals make-set"),
         *meant = findings(0, "--may-leave", "block-signals make-set");

    /* Which objects there are already makes no difference to that. */
    char *private = findings(0, "--may-leave", "block-signals make-private-set");

    free(private);
    ck_assert_str_eq(left, "leaves 1 set behind\n");
    ck_assert_str_eq(meant, "");
    free(left);
    free(meant);
}
END_TEST

/*
 * Undisturbed it prints the same as long as the clock stays within one second. The sanitizer of make asan cannot look for
 * leaks in a program whose shell is killed, and would end it with an error.
 */
START_TEST(what_tells_how_long_it_took_is_not_compared)
{
    struct arena arena = {0};

    scratch_make();
    const char *script = scratch_write(
        "timed", arena_print(&arena,
                             "#!/bin/sh\nexport ASAN_OPTIONS=detect_leaks=0\nbegin=$(date +%%s)\n%s " CAREFUL
                             "make-set || exit\n"
                             "echo \"took $(($(date +%%s) - begin)) s\"\n",
                             specimen_path()));

    ck_assert_int_eq(chmod(script, 0755), 0);
    struct tool_result result = tool_expect(0, "sweep -- %s", script);

    ck_assert_msg(strstr(result.out, "It prints something else from run to run") != NULL, "%s", result.out);
    tool_free(&result);
    scratch_remove();
    arena_free(&arena);
}
END_TEST

START_TEST(calls_may_be_named_for_the_sweep)
{
    char *found = findings(1, "--syscalls write", CAREFUL "be-quiet greet");

    ck_assert_str_eq(found, "exited with 1 and does not say why when write fails: EINTR, EIO, ENOSPC\n");
    free(found);
}
END_TEST

START_TEST(a_finding_is_provoked_again_by_its_injection)
{
    struct tool_result result = tool_expect(1, "sweep --inject semop:error=EIDRM:when=1 -- %s %s",
                                            specimen_path(), CAREFUL "make-set ?post take");

    ck_assert_msg(strstr(result.out, "program semop(0, [{0, 1, 0}], 1) = -1 EIDRM (INJECTED)\n"), "%s",
                  result.out);
    ck_assert_msg(strstr(result.out, "  1. hangs    program: hangs\n"), "%s", result.out);
    tool_free(&result);
}
END_TEST

START_TEST(findings_are_written_for_the_report)
{
    scratch_make();
    struct tool_result swept =
        tool_expect(1, "sweep --output %s -- %s make-set", scratch_path("swept"), specimen_path());
    struct tool_result ordered = tool_expect(1, "interleave --output %s -- %s make-set take -- %s greet",
                                             scratch_path("ordered"), specimen_path(), specimen_path());
    const char *const files[] = {"swept/findings.json", "ordered/findings.json"};

    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        json_t *findings = json_load_file(scratch_path(files[i]), 0, NULL);

        ck_assert_msg(json_array_size(findings) > 0, "%s", files[i]);
        json_decref(findings);
    }
    tool_free(&swept);
    tool_free(&ordered);
    scratch_remove();
}
END_TEST

static const struct {
    const char *sentence, *command;
    int code;
    const char *error;
} mistakes[] = {
    {"a sweep wants a command", "sweep", 2, "a command expected: ipcdrill sweep -- COMMAND [ARGUMENT]..."},
    {"a command must exist", "sweep -- no-such-command-here", 2, "no command no-such-command-here in PATH"},
    {"a program must be there", "sweep -- ./no-such-program", 3, "execv ./no-such-program: ENOENT"},
    {"a program must be executable", "sweep -- /etc/passwd", 3, "execv /etc/passwd: EACCES"},
    {"a mistake in an injection is shown", "sweep --inject semop:eror=EINTR -- /bin/true", 2,
     "unknown option eror=, did you mean error=?\n      semop:eror=EINTR\n            ^"},
    {"a system call must be known", "sweep --syscalls wriet -- /bin/true", 2,
     "unknown system call wriet, did you mean write?"},
    {"input comes from one place", "sweep --type a --stdin /dev/null -- /bin/true", 2,
     "--type or --stdin expected"},
    {"input must be there", "sweep --stdin /no/such -- /bin/true", 2,
     "--stdin /no/such: No such file or directory"},
};

START_TEST(a_wrong_command_line_is_told)
{
    struct tool_result result = tool_expect(mistakes[_i].code, "%s", mistakes[_i].command);

    ck_assert_msg(strstr(result.error, mistakes[_i].error), "%s: %s", mistakes[_i].sentence, result.error);
    ck_assert_str_eq(result.out, "");
    tool_free(&result);
}
END_TEST

Suite *sweep_suite(void)
{
    Suite *suite = suite_create("sweep");
    TCase *sweeps = tcase_create("sweeps");

    tcase_add_loop_test(sweeps, a_sweep_finds_what_is_wrong_and_nothing_else, 0,
                        sizeof(rows) / sizeof(*rows));
    tcase_add_test(sweeps, what_a_program_is_meant_to_leave_is_no_finding);
    tcase_add_test(sweeps, what_tells_how_long_it_took_is_not_compared);
    tcase_add_test(sweeps, calls_may_be_named_for_the_sweep);
    tcase_add_test(sweeps, a_finding_is_provoked_again_by_its_injection);
    tcase_add_test(sweeps, findings_are_written_for_the_report);
    tcase_add_loop_test(sweeps, a_wrong_command_line_is_told, 0, sizeof(mistakes) / sizeof(*mistakes));
    tcase_set_timeout(sweeps, 120);
    suite_add_tcase(suite, sweeps);
    return suite;
}
