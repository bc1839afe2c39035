# awk -f mutants.awk survivors.tsv chosen.tsv results.tsv
# What became of the mutants that were chosen: a table of each file, then the survivors, those without a judgement last.
# survivors.tsv judges one by file, function and mutated line: "equivalent" changes nothing that a program can see on this
# kernel, "performance" only how fast it is; "gap" is seen by programs, and no case asks for it yet.
# Ends with 1 when a survivor has no judgement.
function trimmed(text) { gsub(/[ \t]+/, " ", text); gsub(/^ | $/, "", text); return text }
function percent(part, whole) { return whole ? 100 * part / whole : 100 }
function row(title, where,    judged, real) {
    judged = count[where, "noticed"] + count[where, "died"] + count[where, "survived"]
    real = judged - count[where, "equivalent"] - count[where, "performance"]
    printf "%-8s %7d %8d %6d %9d %11d %12d   %5.1f %%  %5.1f %%\n", title, judged, count[where, "noticed"], count[where, "died"],
        count[where, "survived"], count[where, "equivalent"], count[where, "performance"],
        percent(judged - count[where, "survived"], judged), percent(judged - count[where, "survived"], real)
}
FNR == 1 { file_number++ }
/^#/ && file_number == 1 { next }
{ split($0, column, "\t") }
file_number == 1 {
    place = column[1] "\t" column[2] "\t" trimmed(column[3])
    kind[place] = column[4]
    reason[place] = column[5]
}
file_number == 2 { is_chosen[$0] = 1 }
file_number == 3 {
    key = column[2] "\t" column[3] "\t" column[4] "\t" column[5] "\t" column[6]
    if (!(key in is_chosen)) next
    count[column[2], column[1]]++
    count["all", column[1]]++
    if (column[1] != "survived") next
    place = column[2] "\t" column[4] "\t" trimmed(column[6])
    judgement = (place in kind) ? kind[place] : "?"
    count[column[2], judgement]++
    count["all", judgement]++
    line = sprintf("%s:%d  %s  %s\n    %s\n    %s\n", column[2], column[3], column[4], column[5], trimmed(column[6]),
        (place in kind) ? judgement ": " reason[place] : "?")
    if (place in kind) known = known line
    else unknown = unknown line
}
END {
    printf "%-8s %7s %8s %6s %9s %11s %12s   %s\n", "", "mutants", "noticed", "died", "survived", "equivalent",
        "performance", "noticed of all, of those that a program can see"
    row("shm.c", "shm.c")
    row("sem.c", "sem.c")
    row("util.c", "util.c")
    row("all", "all")
    if (count["all", "unbuilt"]) printf "%d did not compile and do not count\n", count["all", "unbuilt"]
    printf "\nsurvivors:\n%s%s", known, unknown
    exit unknown != ""
}
