#include "notation/parser.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "notation/notation.h"
#include "notation/parse_step.h"
#include "notation/table.h"

/* Where the next piece of each list of the case goes. */
struct case_tails {
    struct word **clause, **need, **setting;
    struct actor_declaration **actor;
    struct step **step;
    struct table **table;
};

const char *text_line(const char *text, size_t length, int line)
{
    const char *end = text + length;

    for (; line > 1 && text; line--) {
        text = memchr(text, '\n', (size_t)(end - text));
        if (text)
            text++;
    }
    return text && text < end ? text : NULL;
}

void parser_fail(struct parser *parser, struct position at, const char *format, ...)
{
    va_list arguments;

    if (parser->failed)
        return;
    parser->failed = true;
    va_start(arguments, format);
    diagnostics_add(parser->diagnostics, parser->path, at, text_line(parser->text, parser->length, at.line),
                    "%s", arena_vprint(parser->arena, format, arguments));
    va_end(arguments);
}

void parser_expected(struct parser *parser, const char *what)
{
    parser_fail(parser, parser->next->at, "%s expected, found %s", what,
                token_describe(parser->next, parser->arena));
}

bool parser_accept(struct parser *parser, const char *sign)
{
    bool is = token_is(parser->next, sign);

    parser->next += is;
    return is;
}

bool parser_require(struct parser *parser, const char *sign)
{
    if (parser_accept(parser, sign))
        return true;
    if (!parser->failed)
        parser_expected(parser, arena_print(parser->arena, "'%s'", sign));
    return false;
}

const char *parser_words(struct parser *parser, const char *what)
{
    const struct token *first = parser->next;
    const char *line = text_line(parser->text, parser->length, first->at.line);

    if (first->kind == TOKEN_END)
        parser_expected(parser, what);
    for (; !parser->failed && parser->next->kind != TOKEN_END; parser->next++)
        if (parser->next->kind == TOKEN_STRING || token_is(parser->next, "(") ||
            token_is(parser->next, "[") || token_is(parser->next, "{"))
            parser_expected(parser, what); /* a bracket would go on behind the line */
    if (parser->failed)
        return NULL;
    line += first->at.column - 1;
    size_t length = strcspn(line, "#\r\n");

    while (length && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        length--;
    return arena_copy(parser->arena, line, length);
}

static struct word *new_word(struct arena *arena, const char *text, struct position at)
{
    struct word *word = arena_take(arena, sizeof(*word));

    word->text = text;
    word->at = at;
    return word;
}

static void parse_clauses(struct parser *parser, struct case_tails *tails)
{
    if (parser->next->kind == TOKEN_END)
        parser_expected(parser, "a clause id such as SHMGET-07");
    while (!parser->failed && parser->next->kind != TOKEN_END) {
        const struct token *group = parser->next, *number = group + 2;

        if (group->kind != TOKEN_CONSTANT || !token_is(group + 1, "-") || number->kind != TOKEN_NUMBER) {
            parser_expected(parser, "a clause id such as SHMGET-07");
            return;
        }
        *tails->clause = new_word(parser->arena,
                                  arena_print(parser->arena, "%s-%s", group->text, number->text), group->at);
        tails->clause = &(*tails->clause)->next;
        parser->next += 3;
    }
}

/* The rest of a `needs` or `sets` line. What it means is not the parser's business. */
static void parse_text(struct parser *parser, struct word ***tail, const char *what)
{
    struct position at = parser->next->at;
    const char *text = parser_words(parser, what);

    if (!text)
        return;
    **tail = new_word(parser->arena, text, at);
    *tail = &(**tail)->next;
}

static void parse_actor_or_program(struct parser *parser, struct case_tails *tails, bool program)
{
    struct actor_declaration *actor = program ? parse_program(parser) : parse_actor(parser);

    if (actor) {
        *tails->actor = actor;
        tails->actor = &actor->next;
    }
}

static void parse_table(struct parser *parser, struct drill_case *drill_case, struct case_tails *tails,
                        struct position at)
{
    struct table *table = table_read(parser, at);

    if (!table)
        return;
    *tails->table = table;
    tails->table = &table->next;
    if (drill_case->instance_count * table->instance_count > CASE_INSTANCES_MAX)
        parser_fail(parser, at, "too many instances: at most %d in one case expected", CASE_INSTANCES_MAX);
    else
        drill_case->instance_count *= table->instance_count;
}

/* One line of a case, its first token not yet taken. */
static void parse_case_line(struct parser *parser, struct drill_case *drill_case, struct case_tails *tails)
{
    const struct token *first = parser->next;

    if (drill_case->tables && !token_is_word(first, "where")) {
        parser_expected(parser, "another where table or a new case behind a where table");
    } else if (token_is_word(first, "clause")) {
        parser->next++;
        parse_clauses(parser, tails);
    } else if (token_is_word(first, "needs")) {
        parser->next++;
        parse_text(parser, &tails->need, "a need such as root, CAP_IPC_LOCK, hugepages 2M or linux 4.17");
    } else if (token_is_word(first, "sets")) {
        parser->next++;
        parse_text(parser, &tails->setting,
                   "a setting such as hugepages 2M 4 or sysctl vm.overcommit_memory 2");
    } else if (token_is_word(first, "linux")) {
        parser->next++;
        drill_case->linux_only = true;
    } else if (token_is_word(first, "actor") || token_is_word(first, "program")) {
        parser->next++;
        parse_actor_or_program(parser, tails, token_is_word(first, "program"));
    } else if (token_is_word(first, "where")) {
        parser->next++;
        parse_table(parser, drill_case, tails, first->at);
    } else {
        struct step *step = parse_step(parser);

        if (step) {
            *tails->step = step;
            tails->step = &step->next;
        }
    }
}

static struct drill_case *parse_case_heading(struct parser *parser, struct case_tails *tails)
{
    struct drill_case *drill_case = arena_take(parser->arena, sizeof(*drill_case));

    drill_case->at = parser->next++->at;
    drill_case->instance_count = 1;
    drill_case->title = "";
    if (parser->next->kind != TOKEN_STRING) {
        parser_expected(parser, "the title of the case as a string");
    } else {
        drill_case->title = parser->next->bytes;
        if (!parser->next->length || strlen(drill_case->title) != parser->next->length ||
            strpbrk(drill_case->title, "\n\r\t\033"))
            parser_fail(parser, parser->next->at, "a title of one line of plain text expected");
        parser->next++;
        if (token_is_word(parser->next, "linux")) {
            parser->next++;
            drill_case->linux_only = true;
        }
    }
    *tails = (struct case_tails){&drill_case->clauses, &drill_case->needs, &drill_case->settings,
                                 &drill_case->actors,  &drill_case->steps, &drill_case->tables};
    return drill_case;
}

/* Comment lines, an empty text for an empty line between them: they belong to the case that follows. */
struct pending_comments {
    struct word *first, **last;
    int last_line;
};

static void pend_comment(struct parser *parser, struct pending_comments *pending, const struct token *token)
{
    if (pending->first && token->at.line > pending->last_line + 1) {
        *pending->last = new_word(parser->arena, "", token->at);
        pending->last = &(*pending->last)->next;
    }
    *pending->last = new_word(parser->arena, token->text, token->at);
    pending->last = &(*pending->last)->next;
    pending->last_line = token->at.line;
}

static struct word *take_comments(struct pending_comments *pending)
{
    struct word *first = pending->first;

    pending->first = NULL;
    pending->last = &pending->first;
    return first;
}

static void parse_cases(struct parser *parser, struct case_file *file)
{
    struct drill_case *current = NULL, **last_case = &file->cases;
    struct case_tails tails = {0};
    struct pending_comments pending = {.last = &pending.first};
    struct token *tokens;

    for (;;) {
        parser->failed = false;
        if (!lexer_line(&parser->lexer, &tokens)) {
            parser_fail(parser, parser->lexer.mistake_at, "%s", parser->lexer.mistake);
            continue;
        }
        if (!tokens)
            break;
        parser->next = tokens;
        parser->nesting = 0;
        if (tokens->kind == TOKEN_END)
            continue;
        if (tokens->kind == TOKEN_COMMENT && (tokens->at.column == 1 || !current || current->tables)) {
            pend_comment(parser, &pending, tokens);
            continue;
        }
        if (token_is_word(tokens, "case")) {
            current = parse_case_heading(parser, &tails);
            current->comments = take_comments(&pending);
            *last_case = current;
            last_case = &current->next;
        } else if (current) {
            parse_case_line(parser, current, &tails);
        } else {
            parser_expected(parser, "case \"title\"");
        }
        if (!parser->failed && parser->next->kind != TOKEN_END)
            parser_expected(parser, "the end of the line");
    }
    file->trailing_comments = take_comments(&pending);
}

struct case_file *notation_parse(const char *path, const char *text, size_t length,
                                 struct diagnostics *diagnostics)
{
    struct case_file *file = calloc(1, sizeof(*file));
    struct parser parser = {.diagnostics = diagnostics};
    int before = diagnostics->count;

    if (!file)
        abort();
    const char *nul = memchr(text, '\0', length);

    file->path = parser.path = arena_copy(&file->arena, path, strlen(path));
    file->text = parser.text = arena_copy(&file->arena, text, length);
    parser.arena = &file->arena;
    parser.length = length;
    if (nul) {
        diagnostics_add(diagnostics, path, (struct position){0}, NULL,
                        "not a case file: a text expected, found a NUL byte at offset %td", nul - text);
    } else {
        lexer_start(&parser.lexer, file->text, length, (struct position){1, 1}, &file->arena);
        parse_cases(&parser, file);
        if (!file->cases && diagnostics->count == before)
            diagnostics_add(diagnostics, path, (struct position){0}, NULL,
                            "no case in this file: case \"title\" expected");
    }
    if (diagnostics->count == before)
        return file;
    notation_free(file);
    return NULL;
}

void parser_start_cell(struct parser *parser, const struct case_file *file, const struct word *cell,
                       struct arena *arena, struct diagnostics *diagnostics)
{
    *parser = (struct parser){.path = file->path,
                              .text = file->text,
                              .length = strlen(file->text),
                              .arena = arena,
                              .diagnostics = diagnostics};
    lexer_start(&parser->lexer, cell->text, strlen(cell->text), cell->at, arena);
    if (!lexer_line(&parser->lexer, &parser->next))
        parser_fail(parser, parser->lexer.mistake_at, "%s", parser->lexer.mistake);
    else if (!parser->next)
        parser_fail(parser, cell->at, "an empty cell: a value expected");
}

/* Reads the whole file; NULL with the reason. The caller frees it. */
static char *read_text(const char *path, size_t *length, const char **problem)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    char *text = NULL;

    if (descriptor < 0 || fstat(descriptor, &status) < 0) {
        *problem = strerror(errno);
    } else if (!S_ISREG(status.st_mode)) {
        *problem = "a regular file expected";
    } else if (status.st_size > CASE_FILE_BYTES_MAX) {
        *problem = "too large: at most 4 MiB expected";
    } else if (!(text = malloc((size_t)status.st_size + 1))) {
        *problem = strerror(errno);
    } else {
        ssize_t got = 1;

        for (*length = 0; got > 0 && *length < (size_t)status.st_size; *length += (size_t)got)
            if ((got = read(descriptor, text + *length, (size_t)status.st_size - *length)) < 0)
                break;
        if (got < 0) {
            *problem = strerror(errno);
            free(text);
            text = NULL;
        }
    }
    if (descriptor >= 0)
        close(descriptor);
    return text;
}

struct case_file *notation_read(const char *path, struct diagnostics *diagnostics)
{
    const char *problem = NULL;
    size_t length = 0;
    char *text = read_text(path, &length, &problem);

    if (!text) {
        diagnostics_add(diagnostics, path, (struct position){0}, NULL, "cannot be read: %s", problem);
        return NULL;
    }
    struct case_file *file = notation_parse(path, text, length, diagnostics);

    free(text);
    return file;
}

void notation_free(struct case_file *file)
{
    if (!file)
        return;
    arena_free(&file->arena);
    free(file);
}
