/* Programs under test where the kernel, or a sandbox, has no seccomp user notification: nothing is judged, and that is said. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "tests/surroundings.h"
#include "tests/tests.h"
#include "tests/tool.h"

/* Makes seccomp(2) one that this process, and all below it, do not have. prctl(2) still installs plain filters. */
static void forbid_seccomp(void)
{
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof(instructions) / sizeof(*instructions), instructions};

    scratch_make();
    ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

static void expect_skip(const struct tool_result *result)
{
    ck_assert_msg(strstr(result->error, ": skipped: ") && strstr(result->error, "seccomp"), "%s%s",
                  result->out, result->error);
}

START_TEST(what_needs_it_is_skipped)
{
    struct tool_result results[] = {
        tool_expect(0, "sweep --agent %s -- %s make-set", agent_path(), specimen_path()),
        tool_expect(0, "leaks --agent %s -- %s make-set", agent_path(), specimen_path()),
        tool_expect(0, "interleave --agent %s -- %s make-set -- %s make-set", agent_path(), specimen_path(),
                    specimen_path()),
        tool_expect(0, "programs --agent %s --reader %s --writer %s", agent_path(), specimen_path(),
                    specimen_path()),
    };

    for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++) {
        expect_skip(&results[i]);
        tool_free(&results[i]);
    }
}
END_TEST

START_TEST(cases_that_need_it_are_skipped_and_others_run)
{
    struct tool_result result = tool_expect(
        0, "run --agent %s --programs %s %s", agent_path(), programs_path(),
        scratch_write("a.drill",
                      "case \"a scene\"\n  program reader \"tutorial/reference/reader\"\n"
                      "  program writer \"tutorial/reference/writer\"\n  scene \"plain\"\n"
                      "case \"an injection\"\n  program writer \"tutorial/reference/writer\"\n"
                      "  inject writer shmget:error=ENOMEM:when=1\n  writer  +++ exited with 1 +++\n"
                      "case \"neither\"\n  writer  shmget(KEY, 1, IPC_CREAT|0600) = id\n"));

    ck_assert_msg(strstr(result.out, "3 instances: 1 pass, 0 fail, 2 skip, 0 error"), "%s", result.out);
    tool_free(&result);
}
END_TEST

Suite *unsupported_suite(void)
{
    Suite *suite = suite_create("unsupported");
    TCase *sandboxes = tcase_create("sandboxes");

    tcase_add_checked_fixture(sandboxes, forbid_seccomp, scratch_remove);
    tcase_add_test(sandboxes, what_needs_it_is_skipped);
    tcase_add_test(sandboxes, cases_that_need_it_are_skipped_and_others_run);
    suite_add_tcase(suite, sandboxes);
    return suite;
}
