#include "tests/surroundings.h"

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES_MAX = 512, PATHS_KEPT = 8, FOLDERS_OPEN_MAX = 16 };

static char scratch[PATH_BYTES_MAX];

static const char *from_environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);

    return value && *value ? value : otherwise;
}

const char *tool_path(void)
{
    return from_environment("IPCDRILL", "build/ipcdrill");
}

const char *agent_path(void)
{
    return from_environment("IPCDRILL_AGENT", "build/ipcdrill-agent");
}

const char *fake_agent_path(void)
{
    return from_environment("IPCDRILL_FAKE_AGENT", "build/fake-agent");
}

const char *specimen_path(void)
{
    return from_environment("IPCDRILL_SPECIMEN", "build/specimen");
}

const char *programs_path(void)
{
    return from_environment("IPCDRILL_PROGRAMS", "build/fixtures");
}

const char *cases_path(void)
{
    return from_environment("IPCDRILL_CASES", "cases");
}

const char *scratch_make(void)
{
    snprintf(scratch, sizeof(scratch), "%s/ipcdrill-tests.XXXXXX", from_environment("TMPDIR", "/tmp"));
    ck_assert_ptr_nonnull(mkdtemp(scratch));
    ck_assert_int_eq(chmod(scratch, 0755), 0);
    return scratch;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status, (void)kind, (void)place;
    return remove(path);
}

void scratch_remove(void)
{
    if (*scratch)
        nftw(scratch, remove_entry, FOLDERS_OPEN_MAX, FTW_DEPTH | FTW_PHYS);
    *scratch = '\0';
}

const char *scratch_path(const char *name)
{
    static char paths[PATHS_KEPT][2 * PATH_BYTES_MAX];
    static unsigned next;
    char *path = paths[next++ % PATHS_KEPT];

    snprintf(path, sizeof(paths[0]), "%s/%s", scratch, name);
    return path;
}

const char *scratch_write_bytes(const char *name, const void *bytes, size_t length)
{
    const char *path = scratch_path(name);
    FILE *out = fopen(path, "we");

    ck_assert_msg(out != NULL, "%s cannot be written", path);
    ck_assert_uint_eq(fwrite(bytes, 1, length, out), length);
    ck_assert_int_eq(fclose(out), 0);
    return path;
}

const char *scratch_write(const char *name, const char *text)
{
    return scratch_write_bytes(name, text, strlen(text));
}

static void append_file(const char *path, bool heading, FILE *out)
{
    FILE *in = fopen(path, "re");
    int byte;

    ck_assert_msg(in != NULL, "%s cannot be read", path);
    while (heading && (byte = getc(in)) != EOF && byte != '\n')
        continue;
    while ((byte = getc(in)) != EOF)
        putc(byte, out);
    fclose(in);
}

char *read_whole(const char *path)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    append_file(path, false, out);
    fclose(out);
    return text;
}

char *objects_here(void)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    append_file("/proc/sysvipc/shm", true, out);
    append_file("/proc/sysvipc/sem", true, out);
    fclose(out);
    return text;
}
