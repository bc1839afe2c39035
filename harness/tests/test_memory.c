/* agent/: the words for several processors and one memory do what they say, here with one processor and no chance. */
#include "tests/drill.h"
#include "tests/tests.h"

#define CELLS                                                                                                \
    "case \"t\"\n  writer  shmget(KEY, 8*LITMUS_CELL, IPC_CREAT|0600) = id\n  writer  shmat(id, NULL, 0) = " \
    "w\n"
#define WORD                                                                                                 \
    "case \"t\"\n  writer  shmget(KEY, PAGE_SIZE, IPC_CREAT|0600) = id\n  writer  shmat(id, NULL, 0) = w\n"

static const struct expectation rows[] = {
    {"a litmus program stores, loads and adds in the order written, once in each cell",
     CELLS "  writer  litmus(w, 8, 1, \"x=1 a=x y=2:release b=y:acquire c=x+3 fence d=x:seq_cst\") = 8\n"
           "  writer  litmus_count(w, 8, \"a=1 b=2 c=1 d=4 x=4 y=2\") = 8\n"
           "  writer  litmus_count(w, 8, \"a=1 b=1\") = 0\n  writer  litmus_count(w, 7, \"x=4\") = 7\n",
     .kind = VERDICT_PASS},
    {"cells that no program ran in do not count",
     CELLS "  writer  litmus_count(w, 8, \"a=0 b=0 c=0 d=0 x=0 y=0\") = 0\n", .kind = VERDICT_PASS},
    {"an outcome that came and must not is a failure",
     CELLS "  writer  litmus(w, 8, 1, \"a=x x=1\") = 8\n  writer  litmus_count(w, 8, \"a=0\") = 0\n",
     .kind = VERDICT_FAIL, 5},
    {"a statement that is none is told", CELLS "  writer  litmus(w, 8, 1, \"x=1 z=2\") = 0\n",
     .kind = VERDICT_ERROR, 4, "writer: litmus wants statements such as x=1, a=y:acquire, a=x+1 and fence"},
    {"a store does not acquire", CELLS "  writer  litmus(w, 8, 1, \"x=1:acquire\") = 0\n",
     .kind = VERDICT_ERROR, 4},
    {"a load does not release", CELLS "  writer  litmus(w, 8, 1, \"a=x:release\") = 0\n",
     .kind = VERDICT_ERROR, 4},
    {"too many statements are told",
     CELLS "  writer  litmus(w, 8, 1, \"x=1 x=1 x=1 x=1 x=1 x=1 x=1 x=1 x=1\") = 0\n", .kind = VERDICT_ERROR,
     4},
    {"values that make no sense are told", CELLS "  writer  litmus_count(w, 8, \"a=1,b=0\") = 0\n",
     .kind = VERDICT_ERROR, 4, "writer: litmus_count wants values such as a=1 b=0"},
    {"atomic operations are of the size that they say",
     WORD
     "  writer  poke(w, \"\\xff\\xff\\xff\\xff\")\n  writer  atomic_fetch_add(w, 1, 1) = 255\n"
     "  writer  atomic_load(w, 2) = 0xff00\n  writer  atomic_exchange(w, 2, 0x0201) = 0xff00\n"
     "  writer  atomic_compare_exchange(w, 4, 0x0201, 9) = 0\n  writer  peek(w, 4) = \"\\1\\2\\xff\\xff\"\n",
     .kind = VERDICT_PASS},
    {"an atomic operation of another size fails", WORD "  writer  atomic_load(w, 3) = -1 EOPNOTSUPP\n",
     .kind = VERDICT_PASS},
    {"an atomic operation faults as other accesses do",
     "case \"t\"\n  writer  atomic_load(0, 4) = ?\n  writer  --- SIGSEGV {si_addr=0} ---\n",
     .kind = VERDICT_PASS},
    {"a record is whole when each word is the version, torn when the version is odd, else mixed",
     WORD "  writer  record_load(w, 2) = 0\n  writer  atomic_store(w + 4, 4, 2) = 0\n"
          "  writer  record_load(w, 2) = -1 EBADMSG\n  writer  atomic_store(w, 4, 1) = 0\n"
          "  writer  record_load(w, 2) = -1 EAGAIN\n  writer  atomic_store(w, 4, 2) = 0\n"
          "  writer  record_load(w, 1) = 2\n  writer  record_load(w, 2) = -1 EBADMSG\n",
     .kind = VERDICT_PASS},
    {"a writer of records writes until it dies",
     WORD "  writer  fork() = child\n  child  record_store(w, 8) = ?\n  writer  record_await(w, 100) = 0\n"
          "  writer  kill(child.pid, SIGKILL) = 0\n  child  +++ killed by SIGKILL +++\n",
     .kind = VERDICT_PASS},
};

START_TEST(words_about_memory_do_what_they_say)
{
    bench_expect(&plain_bench, &rows[_i]);
}
END_TEST

Suite *memory_suite(void)
{
    Suite *suite = suite_create("memory");
    TCase *words = tcase_create("words");

    tcase_add_checked_fixture(words, plain_bench_open, plain_bench_close);
    tcase_add_loop_test(words, words_about_memory_do_what_they_say, 0, sizeof(rows) / sizeof(*rows));
    suite_add_tcase(suite, words);
    return suite;
}
