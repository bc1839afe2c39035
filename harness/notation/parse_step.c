#include "notation/parse_step.h"

#include <string.h>

bool is_reserved(const char *word)
{
    static const char *const reserved[] = {"case",   "clause",   "needs",  "sets",    "linux",
                                           "actor",  "program",  "inject", "require", "where",
                                           "rounds", "together", "end",    "scene",   "schedule"};

    for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
        if (strcmp(reserved[i], word) == 0)
            return true;
    return false;
}

static const char *call_name_at(void *context, size_t index)
{
    (void)context;
    const struct call_description *call = vocabulary_call_at(index);

    return call ? call->name : NULL;
}

const struct call_description *parser_call(struct parser *parser, const char *name, struct position at)
{
    const struct call_description *call = vocabulary_call(name);

    if (!call) {
        const char *nearest = vocabulary_nearest(name, call_name_at, NULL);

        parser_fail(parser, at, "unknown call %s%s%s%s", name,
                    nearest ? ", did you mean " : ": a call of harness/vocabulary/calls.def expected",
                    nearest ? nearest : "", nearest ? "?" : "");
    }
    return call;
}

/* The arguments behind the (, up to ) or <unfinished ...>. */
static void parse_arguments(struct parser *parser, struct step *step)
{
    struct element **last = &step->arguments;
    bool more = parser->next->kind != TOKEN_UNFINISHED && !parser_accept(parser, ")");

    while (more && !parser->failed) {
        *last = arena_take(parser->arena, sizeof(**last));
        (*last)->at = parser->next->at;
        (*last)->value = parse_expression(parser);
        last = &(*last)->next;
        step->argument_count++;
        more = parser_accept(parser, ",");
        if (!more && parser->next->kind != TOKEN_UNFINISHED)
            parser_require(parser, ")");
    }
    if (!parser->failed && parser->next->kind == TOKEN_UNFINISHED) {
        parser->next++;
        parser_accept(parser, ")");
        step->unfinished = true;
    }
}

/*
 * How the call is to be made: writer repeat(70000) shmat(id, NULL, 0) = -1 ENOMEM, again until it fails, at most so often;
 * writer fail_nth(3) shmat(id, NULL, 0) = -1 ENOMEM, with its third allocation failing.
 */
static void parse_manner(struct parser *parser, struct step *step)
{
    bool repeat = token_is_word(parser->next, "repeat");

    if (!(repeat || token_is_word(parser->next, "fail_nth")) || !token_is(parser->next + 1, "("))
        return;
    parser->next += 2;
    *(repeat ? &step->times : &step->nth) = parse_expression(parser);
    if (!parser->failed && parser_require(parser, ")") && parser->next->kind != TOKEN_NAME &&
        parser->next->kind != TOKEN_COLUMN)
        parser_expected(parser, repeat ? "the call to be repeated" : "the call that is to fail");
}

static void parse_call(struct parser *parser, struct step *step)
{
    step->kind = STEP_CALL;
    parse_manner(parser, step);
    if (parser->failed)
        return;
    const struct token *name = parser->next++;

    if (!parser_require(parser, "("))
        return;
    if (name->kind == TOKEN_COLUMN)
        step->call_column = arena_print(parser->arena, "<%s>", name->text);
    else
        step->call = parser_call(parser, name->text, name->at);
    if (!parser->failed)
        parse_arguments(parser, step);
    if (parser->failed || step->unfinished)
        return;
    if (parser_accept(parser, "=")) {
        step->outcome = parse_outcome(parser);
        if (!parser->failed &&
            parser->next->kind == TOKEN_UNFINISHED) { /* vfork() = child <unfinished ...> */
            parser->next++;
            step->unfinished = true;
        }
    } else if (step->call && step->call->result != RESULT_IS_NONE)
        parser_expected(parser, "= and the result of the call (_ for any)");
}

/* reader <... semop resumed>) = 0 */
static void parse_resumed(struct parser *parser, struct step *step)
{
    const struct token *token = parser->next++;

    step->kind = STEP_RESUMED;
    step->call = parser_call(parser, token->text, token->at);
    if (!parser->failed && parser_require(parser, ")") && parser_require(parser, "="))
        step->outcome = parse_outcome(parser);
}

/* reader --- SIGSEGV {si_code=SEGV_ACCERR} --- */
static void parse_signal(struct parser *parser, struct step *step)
{
    parser->next++;
    step->kind = STEP_SIGNAL;
    step->value = parse_expression(parser);
    if (!parser->failed && token_is(parser->next, "{"))
        step->fields = parse_expression(parser);
    if (parser->failed)
        return;
    if (parser->next->kind != TOKEN_DASHES)
        parser_expected(parser, "---");
    else
        parser->next++;
}

/* reader +++ exited with 0 +++, reader +++ killed by SIGKILL (core dumped) +++ */
static void parse_end_of_process(struct parser *parser, struct step *step)
{
    const struct token *how = ++parser->next;

    step->kind = token_is_word(how, "killed") ? STEP_KILLED : STEP_EXITED;
    if (!(token_is_word(how, "exited") && token_is_word(how + 1, "with")) &&
        !(token_is_word(how, "killed") && token_is_word(how + 1, "by"))) {
        parser_expected(parser, "'exited with STATUS' or 'killed by SIGNAL'");
        return;
    }
    parser->next += 2;
    step->value = parse_expression(parser);
    if (parser->failed)
        return;
    if (token_is(parser->next, "(")) {
        while (parser->next->kind != TOKEN_END && !token_is(parser->next, ")"))
            parser->next++;
        parser_require(parser, ")");
    }
    if (parser->next->kind != TOKEN_PLUSES)
        parser_expected(parser, "+++");
    else
        parser->next++;
}

/* writer <- "text\n" and reader -> "text" _ "\n": pieces, one behind the other. */
static void parse_pieces(struct parser *parser, struct step *step)
{
    struct element **last = &step->arguments;

    step->kind = parser->next++->kind == TOKEN_TYPES ? STEP_TYPE : STEP_SHOW;
    if (step->kind == STEP_TYPE && parser->next->kind == TOKEN_CONSTANT &&
        strcmp(parser->next->text, "EOF") == 0) {
        parser->next++;
        step->end_of_input = true;
        return;
    }
    do {
        *last = arena_take(parser->arena, sizeof(**last));
        (*last)->at = parser->next->at;
        (*last)->value = parse_expression(parser);
        last = &(*last)->next;
        step->argument_count++;
    } while (!parser->failed && parser->next->kind != TOKEN_END);
}

static void parse_actor_line(struct parser *parser, struct step *step)
{
    bool column = parser->next->kind == TOKEN_COLUMN;

    step->actor = parser->next++->text;
    if (column)
        step->actor = arena_print(parser->arena, "<%s>", step->actor);
    switch (parser->next->kind) {
    case TOKEN_NAME:
    case TOKEN_COLUMN:
        parse_call(parser, step);
        break;
    case TOKEN_RESUMED:
        parse_resumed(parser, step);
        break;
    case TOKEN_DASHES:
        parse_signal(parser, step);
        break;
    case TOKEN_PLUSES:
        parse_end_of_process(parser, step);
        break;
    case TOKEN_TYPES:
    case TOKEN_SHOWS:
        parse_pieces(parser, step);
        break;
    default:
        parser_expected(parser, "a call, <... resumed>, ---, +++, <- or ->");
    }
}

/* inject writer shmat:error=ENOMEM:when=1: the words behind the actor are injection.h's. */
static void parse_inject(struct parser *parser, struct step *step)
{
    static const char expected[] = "ACTOR CALL:error=ERRNO:when=N";

    step->kind = STEP_INJECT;
    if (parser->next->kind != TOKEN_NAME) {
        parser_expected(parser, expected);
        return;
    }
    step->actor = parser->next++->text;
    step->text_at = parser->next->at;
    step->text = parser_words(parser, expected);
}

/* scene "burst" end="bye" set_key=6666 */
static void parse_scene(struct parser *parser, struct step *step)
{
    struct element **last = &step->arguments;

    step->kind = STEP_SCENE;
    step->text_at = parser->next->at;
    if (parser->next->kind != TOKEN_STRING) {
        parser_expected(parser, "the name of a scene as a string");
        return;
    }
    step->text = parser->next++->bytes;
    while (!parser->failed && parser->next->kind != TOKEN_END) {
        if (parser->next->kind != TOKEN_NAME || !token_is(parser->next + 1, "=")) {
            parser_expected(parser, "a setting of the scene, NAME=VALUE,");
            return;
        }
        *last = arena_take(parser->arena, sizeof(**last));
        (*last)->name = parser->next->text;
        (*last)->at = parser->next->at;
        parser->next += 2;
        (*last)->value = parse_expression(parser);
        last = &(*last)->next;
    }
}

/* schedule reader*3 writer: the words are schedule.h's; none: as it comes, one call at a time. */
static void parse_schedule(struct parser *parser, struct step *step)
{
    step->kind = STEP_SCHEDULE;
    step->text_at = parser->next->at;
    step->text =
        parser->next->kind == TOKEN_END ? "" : parser_words(parser, "who goes next, as reader*3 writer");
}

/* require id == 0 (POSIX: id > 0) */
static void parse_requirement(struct parser *parser, struct step *step)
{
    step->kind = STEP_REQUIRE;
    step->value = parse_expression(parser);
    if (parser->failed || !parser_accept(parser, "("))
        return;
    if (parser->next->kind != TOKEN_CONSTANT || strcmp(parser->next->text, "POSIX") != 0 ||
        !token_is(parser->next + 1, ":")) {
        parser_expected(parser, "POSIX:");
        return;
    }
    parser->next += 2;
    step->posix = parse_expression(parser);
    if (!parser->failed)
        parser_require(parser, ")");
}

struct step *parse_step(struct parser *parser)
{
    struct step *step = arena_take(parser->arena, sizeof(*step));
    const struct token *first = parser->next;

    step->at = first->at;
    if (first->kind == TOKEN_COMMENT) {
        step->kind = STEP_COMMENT;
        step->text = parser->next++->text;
    } else if (token_is_word(first, "require")) {
        parser->next++;
        parse_requirement(parser, step);
    } else if (token_is_word(first, "rounds")) {
        parser->next++;
        step->kind = STEP_ROUNDS;
        step->value = parse_expression(parser);
    } else if (token_is_word(first, "together") || token_is_word(first, "end")) {
        parser->next++;
        step->kind = token_is_word(first, "end") ? STEP_END : STEP_TOGETHER;
    } else if (token_is_word(first, "inject")) {
        parser->next++;
        parse_inject(parser, step);
    } else if (token_is_word(first, "scene")) {
        parser->next++;
        parse_scene(parser, step);
    } else if (token_is_word(first, "schedule")) {
        parser->next++;
        parse_schedule(parser, step);
    } else if (first->kind == TOKEN_NAME || first->kind == TOKEN_COLUMN) {
        parse_actor_line(parser, step);
    } else {
        parser_expected(parser, "an actor, require, inject or scene");
    }
    return parser->failed ? NULL : step;
}

static struct actor_declaration *new_actor(struct parser *parser)
{
    struct actor_declaration *actor = arena_take(parser->arena, sizeof(*actor));

    actor->at = parser->next->at;
    actor->name = parser->next->text;
    if (parser->next->kind != TOKEN_NAME)
        parser_expected(parser, "a name in lower case");
    else if (is_reserved(actor->name))
        parser_fail(parser, actor->at, "%s is a word of the notation: another name expected", actor->name);
    else
        parser->next++;
    return actor;
}

/* uid=, gid=, groups= or caps=. False: something else is there. */
static bool parse_credential(struct parser *parser, struct actor_declaration *actor)
{
    const struct {
        const char *name;
        struct expression **value;
    } words[] = {{"uid", &actor->uid},           {"gid", &actor->gid},       {"groups", &actor->groups},
                 {"caps", &actor->capabilities}, {"memory", &actor->memory}, {"oom", &actor->oom}};
    size_t i = 0;

    while (i < sizeof(words) / sizeof(*words) && !token_is_word(parser->next, words[i].name))
        i++;
    if (i == sizeof(words) / sizeof(*words) || !token_is(parser->next + 1, "="))
        return false;
    parser->next += 2;
    *words[i].value = parse_expression(parser);
    return true;
}

struct actor_declaration *parse_actor(struct parser *parser)
{
    struct actor_declaration *actor = new_actor(parser);

    while (!parser->failed && parser->next->kind != TOKEN_END)
        if (!parse_credential(parser, actor))
            parser_expected(parser, "uid=, gid=, groups=[...], caps=, memory= or oom=");
    return parser->failed ? NULL : actor;
}

/* terminal=raw. False: something else is there. */
static bool parse_terminal(struct parser *parser, struct actor_declaration *actor)
{
    if (!token_is_word(parser->next, "terminal") || !token_is(parser->next + 1, "="))
        return false;
    parser->next += 2;
    if (token_is_word(parser->next, "raw"))
        parser->next++;
    else
        parser_expected(parser, "raw");
    actor->raw_terminal = true;
    return true;
}

struct actor_declaration *parse_program(struct parser *parser)
{
    struct actor_declaration *actor = new_actor(parser);
    struct element **last = &actor->arguments;

    if (parser->failed)
        return NULL;
    if (parser->next->kind != TOKEN_STRING) {
        parser_expected(parser, "the path of the program as a string");
        return NULL;
    }
    actor->program = parser->next++->bytes;
    while (!parser->failed && parser->next->kind != TOKEN_END) {
        if (parse_credential(parser, actor) || parse_terminal(parser, actor))
            continue;
        *last = arena_take(parser->arena, sizeof(**last));
        (*last)->at = parser->next->at;
        (*last)->value = parse_expression(parser);
        last = &(*last)->next;
    }
    return parser->failed ? NULL : actor;
}
