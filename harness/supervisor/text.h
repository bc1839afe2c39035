/*
 * Text from anywhere, made fit for records and for people. A process under test may say any bytes; a record
 * holds valid UTF-8, and a terminal is never sent a control byte that it would obey.
 */
#ifndef IPCDRILL_TEXT_H
#define IPCDRILL_TEXT_H

#include <stdint.h>
#include <stdio.h>

#include "notation/arena.h"

/*
 * `length` bytes as valid UTF-8 in `arena`: bytes that are none, and control characters that JSON has no
 * short escape for, become \x80-style escapes. At most `size_max`
 * bytes, 4 or more: an ellipsis says that the rest was cut.
 */
const char *text_to_utf8(const char *bytes, size_t length, size_t size_max, struct arena *arena);

/* Prints `text` on one line: control characters and bytes that are no UTF-8 as escapes (\n, \x1b). */
void text_print_visible(const char *text, FILE *out);

/* As text_print_visible, into `arena`. */
const char *text_visible(const char *text, struct arena *arena);

/*
 * 64 bits that tell texts apart: FNV-1a (Fowler, Noll, Vo). `hash` is TEXT_HASH_START, or what the texts before gave.
 */
uint64_t text_hash(uint64_t hash, const char *text);

#define TEXT_HASH_START 0xcbf29ce484222325U

/* The length in bytes of the first `columns` characters of `text`, which is valid UTF-8. */
size_t text_prefix(const char *text, size_t columns);

#endif
