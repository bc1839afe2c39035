#include "report/formats.h"

static const struct format formats[] = {
    {"jsonl", "results.jsonl", NULL},
    {"tap", "results.tap", tap_write},
    {"junit", "junit.xml", junit_write},
};

const struct format *format_at(size_t index)
{
    return index < sizeof(formats) / sizeof(formats[0]) ? &formats[index] : NULL;
}
