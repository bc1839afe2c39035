/*
 * What the parser's parts share: where it stands in a line, and how it says that something is wrong.
 * parse_expression.c reads values, parse_case.c reads lines and cases.
 */
#ifndef IPCDRILL_PARSER_H
#define IPCDRILL_PARSER_H

#include "notation/lexer.h"

struct parser {
    const char *path;
    const char *text; /* the whole file: a diagnostic shows the line it is about */
    size_t length;
    struct lexer lexer;
    struct token *next; /* the token not yet read */
    int nesting;
    bool failed; /* something was wrong in this line: say no more about it */
    struct arena *arena;
    struct diagnostics *diagnostics;
};

/* Says what is wrong at `at`, once for each line, and sets parser->failed. */
void parser_fail(struct parser *parser, struct position at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* parser_fail at the next token: "WHAT expected, found ...". */
void parser_expected(struct parser *parser, const char *what);

/* Takes the next token if it is that sign. */
bool parser_accept(struct parser *parser, const char *sign);

/* Takes the next token, which must be that sign. Returns false, failed, when it is not. */
bool parser_require(struct parser *parser, const char *sign);

/* The rest of the line as written, without its comment; NULL, failed, when `what` is missing. */
const char *parser_words(struct parser *parser, const char *what);

/* The call of that name; NULL, failed, when there is none. */
const struct call_description *parser_call(struct parser *parser, const char *name, struct position at);

/* An expression; NULL, failed, when there is none. */
struct expression *parse_expression(struct parser *parser);

/* Elements up to and with `close`: {a=1, b={c=2}} or [1, 2]. NULL is an empty list or a failure. */
struct element *parse_elements(struct parser *parser, const char *close);

/* What follows the = of a call. */
struct outcome parse_outcome(struct parser *parser);

/* As parse_outcome for what stands behind (POSIX: , where an errno alone is enough. */
struct outcome parse_posix_outcome(struct parser *parser);

/* The sign of an operator, and how close it binds (as in C; higher is closer). */
const char *operation_sign(enum operation operation);
int operation_precedence(enum operation operation);

/* A new expression of that kind at that place. */
struct expression *expression_new(struct parser *parser, enum expression_kind kind, struct position at);

/* The line of the file at `at`, for a diagnostic: starts there, is not terminated. NULL past the end. */
const char *text_line(const char *text, size_t length, int line);

/* Makes a parser for a cell of a where table. */
void parser_start_cell(struct parser *parser, const struct case_file *file, const struct word *cell,
                       struct arena *arena, struct diagnostics *diagnostics);

#endif
