#include "report/findings.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Returns false. */
static bool complain(struct diagnostics *diagnostics, const char *path, int line, const char *problem)
{
    diagnostics_add(diagnostics, path, (struct position){line, line > 0}, NULL,
                    "%s; expected findings: an array of objects, or one object a line", problem);
    return false;
}

/* The whole file as a string, or NULL with a diagnostic. */
static char *read_text(const char *path, struct diagnostics *diagnostics)
{
    FILE *in = fopen(path, "re");
    char *text = in ? malloc(FINDINGS_BYTES_MAX + 1) : NULL;
    size_t length = text ? fread(text, 1, FINDINGS_BYTES_MAX + 1, in) : 0;
    bool good = text && !ferror(in) && length <= FINDINGS_BYTES_MAX;

    if (!good)
        complain(diagnostics, path, 0, length > FINDINGS_BYTES_MAX ? "larger than 16 MiB" : strerror(errno));
    else if (memchr(text, '\0', length))
        good = complain(diagnostics, path, 0, "a NUL byte");
    else
        text[length] = '\0';
    if (in)
        fclose(in);
    if (good)
        return text;
    free(text);
    return NULL;
}

static bool is_strings(const json_t *array)
{
    size_t index;
    const json_t *value;

    json_array_foreach(array, index, value)
    {
        if (!json_is_string(value))
            return false;
    }
    return json_is_array(array);
}

/* The fields that are known of an object, or NULL with `problem`. */
static json_t *take_finding(const json_t *object, const char **problem)
{
    static const struct {
        const char *name;
        bool needed;
        const char *wrong;
    } fields[] = {
        {"kind", true, "kind: expected a string"},
        {"sentence", true, "sentence: expected a string"},
        {"severity", false, "severity: expected a string"},
        {"program", false, "program: expected a string"},
        {"why", false, "why: expected a string"},
        {"details", false, "details: expected a string"},
        {"how", false, "how: expected a string"},
        {"case", false, "case: expected a string"},
        {"clause", false, "clause: expected a string"},
        {"trace", false, "trace: expected an array of strings"},
    };
    json_t *finding = json_object();

    *problem = json_is_object(object) ? NULL : "no object";
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]) && !*problem; i++) {
        json_t *value = json_object_get(object, fields[i].name);
        bool is_trace = strcmp(fields[i].name, "trace") == 0;

        if (!fields[i].needed && (!value || json_is_null(value)))
            continue;
        if (is_trace ? !is_strings(value) : !json_is_string(value))
            *problem = fields[i].wrong;
        else
            json_object_set(finding, fields[i].name, value);
    }
    if (!*problem)
        return finding;
    json_decref(finding);
    return NULL;
}

static bool add_finding(json_t *findings, const json_t *object, const char *path, int line,
                        struct diagnostics *diagnostics)
{
    const char *problem;
    json_t *finding = take_finding(object, &problem);

    if (finding)
        json_array_append_new(findings, finding);
    else
        complain(diagnostics, path, line, problem);
    return finding != NULL;
}

static bool add_array(json_t *findings, const char *text, const char *path, struct diagnostics *diagnostics)
{
    json_error_t error;
    json_t *array = json_loads(text, 0, &error), *object;
    bool good = array != NULL;
    size_t index;

    if (!good)
        complain(diagnostics, path, error.line, error.text);
    json_array_foreach(array, index, object)
    {
        good = good && add_finding(findings, object, path, 0, diagnostics);
    }
    json_decref(array);
    return good;
}

static bool add_lines(json_t *findings, char *text, const char *path, struct diagnostics *diagnostics)
{
    bool good = true;
    int number = 0;

    for (char *line; good && (line = strsep(&text, "\n"));) {
        json_error_t error;

        number++;
        if (line[strspn(line, " \t\r")] == '\0')
            continue;
        json_t *object = json_loads(line, 0, &error);

        good = object ? add_finding(findings, object, path, number, diagnostics)
                      : complain(diagnostics, path, number, error.text);
        json_decref(object);
    }
    return good;
}

json_t *findings_read(const char *path, struct diagnostics *diagnostics)
{
    char *text = read_text(path, diagnostics);
    json_t *findings = json_array();
    bool good = text != NULL;

    if (good && text[strspn(text, " \t\r\n")] == '[')
        good = add_array(findings, text, path, diagnostics);
    else if (good)
        good = add_lines(findings, text, path, diagnostics);
    free(text);
    if (good)
        return findings;
    json_decref(findings);
    return NULL;
}
