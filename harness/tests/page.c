#include "tests/page.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/surroundings.h"
#include "tests/tool.h"

struct record page_record(const char *title)
{
    static struct word clause = {.text = "SHMGET-07"}, line = {.text = "writer  getpid() = 2"};

    return (struct record){
        .tool = "0.1.0",
        .of = 1,
        .title = title,
        .file = "cases/shmget/a.drill",
        .line = 3,
        .clauses = &clause,
        .group = "shmget",
        .target = {NULL, "Linux 6.1", "x86_64", "glibc 2.36", "libc", "full"},
        .verdict = {.kind = VERDICT_PASS, .line = 3, .transcript = &line, .duration_ns = 1500},
    };
}

struct record page_failure(const char *title, const char *got)
{
    struct record record = page_record(title);

    record.verdict.kind = VERDICT_FAIL;
    record.verdict.line = 4;
    record.verdict.reason = got;
    record.verdict.expected = "writer  getpid() = 1";
    record.verdict.got = got;
    return record;
}

const char *page_write_records(const char *name, const struct record *records)
{
    struct arena arena = {0};
    struct arena_stream stream;
    FILE *out = arena_stream_open(&stream);

    for (; records->title; records++)
        fputs(record_to_json(records, &arena), out);
    const char *path = scratch_write(name, arena_stream_close(&stream, &arena));

    arena_free(&arena);
    return path;
}

void page_scratch_make(void)
{
    scratch_make();
    ck_assert_int_eq(mkdir(scratch_path("cases"), 0777), 0);
    ck_assert_int_eq(mkdir(scratch_path("cases/shmget"), 0777), 0);
    scratch_write("cases/clauses.tsv",
                  "id\ttier\tsource\trequirement\nSHMGET-07\tP\tshmget EEXIST\tIt <fails>.\n"
                  "SHMGET-08\tK\tshm.c\tNobody sees it.\t\t\t\tonly a crash tells\n");
    scratch_write("cases/shmget/a.drill",
                  "# Why it is so.\n# In two lines.\ncase \"one\"\n  clause SHMGET-07\n\n"
                  "  writer  getpid() = _\n\ncase \"two\"\n  clause SHMGET-07\n  writer  getpid() = _\n");
}

json_t *page_of(int code, const char *arguments)
{
    struct tool_result result = tool_expect(code, "report --cases %s --output %s %s", scratch_path("cases"),
                                            scratch_path("page"), arguments);
    json_error_t error;
    json_t *data = json_load_file(scratch_path("page/data.json"), 0, &error);

    ck_assert_msg(data != NULL, "data.json: %s", error.text);
    tool_free(&result);
    return data;
}

const json_t *page_value(const json_t *data, const char *path)
{
    char copy[256], *rest = copy, *name;
    const json_t *value = json_object_get(data, "matrix");

    snprintf(copy, sizeof(copy), "%s", path);
    while ((name = strsep(&rest, "/")))
        value =
            json_is_array(value) ? json_array_get(value, (size_t)atoi(name)) : json_object_get(value, name);
    ck_assert_msg(value != NULL, "no %s", path);
    return value;
}

void page_expect_text(const json_t *data, const char *path, const char *expected)
{
    ck_assert_str_eq(json_string_value(page_value(data, path)), expected);
}
