#include "cli/subcommand.h"

#include <stdio.h>
#include <string.h>

#include "inject/filter.h"

static const struct subcommand subcommands[] = {
    {"run", "[FILE|FOLDER]...", "run cases and report (the default)", FOR_RUN, run_subcommand,
     "Runs every case of the files, of the *.drill files below the folders, or of the whole folder of "
     "cases.\n"
     "Reports are written to reports/ if there is one, or to --output.\n",
     "  ipcdrill                                    everything\n"
     "  ipcdrill run cases/shmget                   one folder\n"
     "  ipcdrill run --clause SHMGET-07             the cases of one clause\n"
     "  ipcdrill run --filter 'last detach'         what has that in its file or title\n"
     "  ipcdrill run -j 4 --repeat 100 --shuffle    looking for flakes\n"
     "  ipcdrill run --shard 2/5 --output out       the second of five CI machines\n"
     "  ipcdrill run --calls raw --isolation ipc    past the C library, with IPC namespaces only\n"
     "  ipcdrill run --debug 'last detach'          stops before each line: attach gdb or strace\n"},
    {"list", "[FILE|FOLDER]...", "list cases: place, title, clauses", FOR_LIST, list_subcommand,
     "Lists cases, one a line; where a case has a table, how many instances it makes.\n"
     "--json gives for each: file, line, title, instances, clauses, needs, sets, linux.\n",
     "  ipcdrill list\n"
     "  ipcdrill list --clause SHMCTL\n"
     "  ipcdrill list --json | jq -r .title\n"},
    {"clauses", "", "list clauses: their cases and verdicts", FOR_CLAUSES, clauses_subcommand,
     "Lists every clause of clauses.tsv: tier, the verdict of the last run, its cases, the sentence.\n"
     "--json gives for each: clause, tier, source, requirement, reason, cases, verdict.\n",
     "  ipcdrill clauses\n"
     "  ipcdrill clauses --clause SEMOP --tier PL\n"
     "  ipcdrill clauses --uncovered\n"},
    {"merge", "RESULTS...", "join the results of several runs", FOR_MERGE, merge_subcommand,
     "Joins results files (or the folders they are in) of shards, machines, targets. Without --output it "
     "only "
     "prints\nwhat they say together: failures, where targets differ, and the counts. With it all reports "
     "are "
     "written again,\nas one run would have written them. What does not belong together is told of, and exit "
     "2: "
     "instances that are\nthere twice, missing shards, lines that are no record.\n",
     "  ipcdrill merge shard-*/results.jsonl --output reports\n"
     "  ipcdrill merge debian/ alpine/ gvisor/\n"
     "  ipcdrill merge reports --format ktap,markdown --output elsewhere\n"},
    {"compare", "OLD NEW", "tell what changed between two runs", FOR_COMPARE, compare_subcommand,
     "Compares two results files, or the folders they are in: what broke, what was fixed, what else changed, "
     "what is\n"
     "new or gone, what got slower. Exit 1 when something is red that was not: a fail or an error. The "
     "targets may\n"
     "differ (another kernel, another C library). Repeats count as one: the worst verdict, the shortest "
     "time.\n"
     "An instance got slower when it takes 3 times (or --slower) as long, against the middle of all of them, "
     "and by "
     "more\nthan others got faster by chance; that alone is not red unless --slower is given. run --repeat "
     "makes times "
     "steadier.\n"
     "--json gives for each change: change, target, file, line, case, old, new, old_ns, new_ns.\n",
     "  ipcdrill compare main/results.jsonl reports/results.jsonl\n"
     "  ipcdrill compare linux-6.1/ linux-6.12/\n"
     "  ipcdrill compare --json old new | jq -r 'select(.change == \"broke\") | .case'\n"},
    {"show", "CASE", "print one case as it will run", FOR_SHOW, show_subcommand,
     "Prints the case that CASE names: a title, a part of one, or FILE:LINE. Cells of tables are filled in.\n"
     "Where several match they are listed.\n",
     "  ipcdrill show 'removal waits for the last detach'\n"
     "  ipcdrill show shmget/existing.drill:14\n"},
    {"check-syntax", "[FILE|FOLDER]...", "check case files without running them", FOR_CHECK_SYNTAX,
     check_syntax_subcommand, "Reads and checks case files and prints every mistake with its place.\n",
     "  ipcdrill check-syntax\n"
     "  ipcdrill check-syntax mine.drill\n"
     "  ipcdrill check-syntax --print mine.drill    the file in its canonical form\n"},
    {"report", "[FILE|FILE=NAME]...", "make the report page", FOR_REPORT, report_subcommand,
     "Makes a page from results files (the default: the history and the results of reports/): clauses by\n"
     "targets, and each case. A target is its kernel, machine, C library, calls and isolation, and NAME "
     "where\n"
     "one is given; files of the same target are its runs, the oldest first. The page needs no server and "
     "no\n"
     "network. A line that is no record is told of, and the page is made from the others (exit code 2).\n",
     "  ipcdrill report                             the last run and its history\n"
     "  ipcdrill report glibc.jsonl musl.jsonl      two targets beside each other\n"
     "  ipcdrill report a.jsonl=board-a b.jsonl=board-b --output out\n"
     "  ipcdrill report --coverage build/kernel-lab/html\n"},
    {"doctor", "", "say what this machine can run", FOR_DOCTOR, doctor_subcommand,
     "Tries every need that a case can have, and says how to enable what is missing.\n",
     "  ipcdrill doctor\n"
     "  sudo ipcdrill doctor\n"
     "  ipcdrill doctor --isolation none\n"},
    {"programs", "--reader COMMAND --writer COMMAND", "judge a reader and a writer: all of the below",
     FOR_PROGRAMS, programs_subcommand,
     "Puts a reader and a writer through every scene that is known to break such pairs: bursts, long lines, "
     "either\n"
     "order of start, a side that is killed, stopped, interrupted or started twice, objects that are removed "
     "or that\n"
     "another owns, another user; then with every fault of every call of either side (ipcdrill sweep), under "
     "every\n"
     "order of their calls (ipcdrill interleave), and looks at what both leave or still have at their end "
     "(ipcdrill leaks;\n"
     "memcheck, where valgrind is installed, in four scenes, or with --valgrind in every run). Time is "
     "virtual, each run has\n"
     "namespaces of its own. What goes wrong is listed, the worst first, with how it was provoked, the "
     "trace, "
     "and the rule\n"
     "behind it. Exit 0 only when there is nothing.\n",
     "  ipcdrill programs --reader ./reader --writer ./writer\n"
     "  ipcdrill programs --end bye --prompt 'text: ' --reader ./r --writer './w -v'\n"
     "  ipcdrill programs --filter 'slow reader' --reader ./reader --writer ./writer\n"
     "  ipcdrill programs --reader ./reader --writer ./writer --output out; ipcdrill report --output "
     "out/html out\n"
     "  ipcdrill run out/cases\n"},
    {"sweep", "-- COMMAND [ARGUMENT]...", "run a program under every fault", FOR_SWEEP, sweep_subcommand,
     "Runs the program undisturbed and counts its System V calls; then, for each of them, once with every\n"
     "documented errno, once with that errno from then on, and with SIGKILL (and a new start), SIGINT,\n"
     "SIGTERM, and SIGSTOP with SIGCONT. Each run has namespaces of its own, and time is virtual.\n"
     "A finding is a run in which it crashes, hangs, goes on without end, leaves objects behind, claims\n"
     "success, fails without a word, or does not recover; or exits with 0 and has something attached, open "
     "or\n"
     "not waited for that it has not undisturbed. With --valgrind memcheck looks at each run too, but where "
     "a\n"
     "shmctl or a call of --syscalls fails: Valgrind makes such calls of its own.\n"
     "Files are not kept apart: a program that writes some is run one at a time (-j 1), or it makes a "
     "folder\n"
     "of its own in each run.\n",
     "  ipcdrill sweep -- ./writer\n"
     "  ipcdrill sweep --type hello --type end -- ./writer\n"
     "  ipcdrill sweep --inject semop:error=EINTR:when=2 -- ./writer    one run, and its trace\n"
     "  ipcdrill sweep --syscalls write --json -- ./server | jq '.findings[].sentence'\n"},
    {"interleave", "--reader COMMAND --writer COMMAND | -- COMMAND... -- COMMAND...",
     "run programs under every schedule", FOR_INTERLEAVE, interleave_subcommand,
     "Holds every System V call of the programs and decides who goes next: first without any preemption, "
     "then with one at every\n"
     "place, then with two. Time is virtual, each run has namespaces of its own, and a schedule replays "
     "exactly.\n"
     "The reader has to show every line that is typed to the writer once, whole and in order; no program may "
     "hang, go on\n"
     "without end or crash, and nothing may be left behind. What a schedule shows is printed with the "
     "simplest schedule\n"
     "that shows it.\n",
     "  ipcdrill interleave --reader ./reader --writer './writer -v'\n"
     "  ipcdrill interleave --reader ./reader --writer ./writer --replay 'writer*3 reader*2'\n"
     "  ipcdrill interleave --preemptions 3 --line one --line two --end bye --reader ./r --writer ./w\n"
     "  ipcdrill interleave --random 10000 --seed 7 -- ./server -- ./client a -- ./client b\n"},
    {"leaks", "-- COMMAND [ARGUMENT]...", "tell what a program leaves behind", FOR_LEAKS, leaks_subcommand,
     "Runs the program once and tells what it leaves: segments and semaphore sets, with the call that made "
     "them;\n"
     "attached segments, open descriptors and children at its exit. With --valgrind it runs a second time, "
     "and\n"
     "lost memory and bytes used without a value are told too. Exit 0 only when there is nothing.\n"
     "leaks.json is written to reports/ if there is one, or to --output.\n",
     "  ipcdrill leaks -- ./server --once\n"
     "  ipcdrill leaks --type hello --type end -- ./writer\n"
     "  ipcdrill leaks --valgrind --suppressions mine.supp -- ./server\n"
     "  ipcdrill leaks --json -- ./server | jq -r '.[].sentence'\n"},
    {"completion", "bash|zsh", "print the completion of a shell", FOR_COMPLETION, completion_subcommand,
     "Prints the definition by which a shell completes subcommands, options and their values.\n"
     "`make install` puts both where the shells look for them.\n",
     "  . <(ipcdrill completion bash)\n"
     "  ipcdrill completion zsh >~/.zfunc/_ipcdrill\n"},
};

enum { SUBCOMMAND_COUNT = sizeof(subcommands) / sizeof(subcommands[0]) };

const struct subcommand *subcommand_at(size_t index)
{
    return index < SUBCOMMAND_COUNT ? &subcommands[index] : NULL;
}

const struct subcommand *subcommand_named(const char *name)
{
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        if (strcmp(subcommands[i].name, name) == 0)
            return &subcommands[i];
    }
    return NULL;
}

enum exit_code subcommand_give_up(const char *subcommand, const char *problem)
{
    bool unsupported = filter_is_unsupported(problem);

    fprintf(stderr, "ipcdrill %s: %s%s\n", subcommand, unsupported ? "skipped: " : "", problem);
    return unsupported ? EXIT_GOOD : EXIT_TROUBLE;
}
