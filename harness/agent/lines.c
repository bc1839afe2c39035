/* Files of /proc, line by line. */
#include "agent/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool lines_open(struct lines *lines, const char *path)
{
    lines->begin = lines->end = 0;
    lines->file = open(path, O_RDONLY | O_CLOEXEC);
    return lines->file >= 0;
}

/* Moves what is left to the front and reads more behind it. Returns false when there is no more. */
static bool read_more(struct lines *lines)
{
    memmove(lines->text, lines->text + lines->begin, lines->end - lines->begin);
    lines->end -= lines->begin;
    lines->begin = 0;
    if (lines->end == LINE_MAX_BYTES)
        return false;
    ssize_t count;
    do
        count = read(lines->file, lines->text + lines->end, LINE_MAX_BYTES - lines->end);
    while (count < 0 && errno == EINTR);
    if (count <= 0)
        return false;
    lines->end += (size_t)count;
    return true;
}

char *lines_next(struct lines *lines)
{
    char *newline;
    do
        newline = memchr(lines->text + lines->begin, '\n', lines->end - lines->begin);
    while (!newline && read_more(lines));
    if (!newline && lines->begin == lines->end)
        return NULL;
    char *line = lines->text + lines->begin;
    size_t length = newline ? (size_t)(newline - line) : lines->end - lines->begin;
    line[length] = '\0';
    lines->begin += length + (newline != NULL);
    return line;
}

void lines_close(struct lines *lines)
{
    int error = errno;
    close(lines->file);
    errno = error;
}
