// The answer in a sentence, and the counts behind it: by target, and by tier of the specification.
(() => {
  'use strict';
  const {h, number, plural, table, mark, verdicts, model, address, className} = window.ipcdrill;

  const NAMED_MAX = 8;
  const tiers = {P: 'POSIX', L: 'documented by Linux', K: 'kernel behaviour in no document'};

  const redIn = (counts) => (counts.get('f') || 0) + (counts.get('e') || 0) + unknownIn(counts);
  const unknownIn = (counts) =>
    [...counts].reduce((sum, [letter, times]) => sum + (verdicts.of(letter).letter === '?' ? times : 0), 0);

  function redTarget(target, index) {
    const link = address.to('', '', {verdict: 'red', target: target.label});
    return [index ? ', ' : ' ', h('a', {href: link}, target.label), ` (${number(redIn(target.counts))})`];
  }

  function sentence(data) {
    const red = data.targets.filter((target) => redIn(target.counts) > 0);
    const all = data.targets.length;
    const instances = `${number(data.instances.length)} instances`;
    if (data.problem_count) return null;
    if (red.length === 0) return [mark(verdicts.of('p')), ` Nothing failed: ${instances} on ${plural(all, 'target')}.`];
    if (all === 1) return [mark(verdicts.of('f')), ` ${number(redIn(red[0].counts))} of ${instances} failed.`];
    return [
      mark(verdicts.of('f')),
      ` ${red.length} of ${all} targets ${red.length === 1 ? 'has' : 'have'} failures:`,
      red.slice(0, NAMED_MAX).map(redTarget),
      `${red.length > NAMED_MAX ? ` and ${red.length - NAMED_MAX} more` : ''}. ${instances}.`,
    ];
  }

  function problems(data) {
    if (!data.problem_count) return null;
    return h(
      'section',
      {class: 'problems', 'aria-labelledby': 'problems'},
      h('h2', {id: 'problems'}, '! Not everything could be read'),
      h('p', null, 'What is below is made from the rest; verdicts are missing.'),
      h(
        'ul',
        null,
        data.problems.map(({file, line, text}) => h('li', null, h('code', null, line ? file + ':' + line : file), ' ', text)),
      ),
      data.problem_count > data.problems.length && h('p', null, 'and ', data.problem_count - data.problems.length, ' more'),
    );
  }

  const countHead = (verdict) => h('th', {scope: 'col', class: 'count', title: verdict.meaning}, mark(verdict, true));

  // A number that leads to what it counts.
  const countCell = (verdict, times, filter) =>
    h(
      'td',
      {class: 'count ' + (times ? 'v-' + className(verdict) : 'none')},
      times ? h('a', {href: address.to('', '', filter)}, number(times)) : '0',
    );

  function targetsTable(data) {
    const used = verdicts.table.filter((verdict) => data.targets.some((target) => target.counts.get(verdict.letter)));
    const rowOf = (target) => [
      h('a', {href: address.to('target', target.label)}, target.label),
      used.map((verdict) =>
        countCell(verdict, target.counts.get(verdict.letter) || 0, {verdict: verdict.name, target: target.label}),
      ),
    ];
    return table('counts', 'Instances by target', ['target', used.map(countHead)], data.targets.map(rowOf));
  }

  // How many clauses of a tier have each verdict, each the worst of its cases on all targets; null: there is no case.
  function tierCounts(clauses) {
    const counts = new Map();
    for (const clause of clauses) {
      const known = clause.instances.length > 0 || clause.cases > 0;
      const key = known ? verdicts.worst([...new Set(clause.instances.flatMap(({last}) => last))]) : null;
      counts.set(key, (counts.get(key) || 0) + 1);
    }
    return counts;
  }

  function tiersTable(data) {
    const ofTier = (tier) => data.clauses.filter((clause) => clause.tier === tier).map(({id}) => data.clausesById.get(id));
    const all = Object.keys(tiers).map((tier) => [tier, tierCounts(ofTier(tier))]);
    const used = verdicts.table.filter((verdict) => all.some(([, counts]) => counts.has(verdict)));
    const rowOf = ([tier, counts]) => [
      [h('a', {href: address.to('', '', {tier})}, tier), ' ', tiers[tier]],
      used.map((verdict) => countCell(verdict, counts.get(verdict) || 0, {tier, verdict: verdict.name})),
      countCell(verdicts.of('.'), counts.get(null) || 0, {tier, verdict: 'no-case'}),
    ];
    const columns = ['tier', used.map(countHead), h('th', {scope: 'col', class: 'count'}, 'no case')];
    return table('counts', 'Clauses by tier, the worst of all targets', columns, all.map(rowOf));
  }

  // The tables are made when they are first looked at.
  function tables(data) {
    const open = window.matchMedia('(min-width: 50rem)').matches && data.targets.length <= 4;
    const fill = () =>
      holder.childElementCount > 1 || holder.append(targetsTable(data), ...(data.clauses.length ? [tiersTable(data)] : []));
    const holder = h('details', {class: 'summary', open, ontoggle: fill}, h('summary', null, 'Counts by target and by tier'));
    if (open) fill();
    return holder;
  }

  const render = (data) => [problems(data), h('p', {class: 'sentence'}, sentence(data)), tables(data)];

  Object.assign(window.ipcdrill, {
    summary: {
      render,
      redIn,
      tiers,
      prepare: (data) => data.targets.forEach((target) => (target.counts = model.count(data.instances, target.index))),
    },
  });
})();
