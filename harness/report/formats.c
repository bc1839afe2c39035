#include "report/formats.h"

static const struct format formats[] = {
    {"jsonl", "results.jsonl", true, NULL},
    {"tap", "results.tap", true, tap_write},
    {"junit", "junit.xml", true, junit_write},
    {"ktap", "results.ktap", false, ktap_write},
    {"junit-file", "junit-file.xml", false, junit_file_write},
    {"markdown", "summary.md", false, markdown_write},
    {"github", "github.txt", false, github_write},
    {"code-quality", "code-quality.json", false, code_quality_write},
    {"lava", "results.lava", false, lava_write},
};

_Static_assert(sizeof(formats) / sizeof(formats[0]) <= FORMATS_MAX, "FORMATS_MAX");

const struct format *format_at(size_t index)
{
    return index < sizeof(formats) / sizeof(formats[0]) ? &formats[index] : NULL;
}
