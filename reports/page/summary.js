// The answer in a sentence, and the counts behind it: by target, and by tier of the specification.
(() => {
  'use strict';
  const {h, number, mark, verdicts, model, address, scrollable} = window.ipcdrill;

  const NAMED_MAX = 8;
  const tiers = {P: 'POSIX', L: 'documented by Linux', K: 'kernel behaviour in no document'};

  const redIn = (counts) => (counts.get('f') || 0) + (counts.get('e') || 0) + unknownIn(counts);
  const unknownIn = (counts) =>
    [...counts].reduce((sum, [letter, times]) => sum + (verdicts.of(letter).letter === '?' ? times : 0), 0);

  function sentence(data) {
    const red = data.targets.filter((target) => redIn(target.counts) > 0);
    const all = data.targets.length;
    const instances = number(data.instances.length) + ' instances';
    if (data.problem_count) return null;
    if (red.length === 0) return [mark(verdicts.of('p')), ' Nothing failed: ', instances, ' on ', all === 1 ? 'one target' : all + ' targets', '.'];
    if (all === 1) return [mark(verdicts.of('f')), ' ', number(redIn(red[0].counts)), ' of ', instances, ' failed.'];
    return [mark(verdicts.of('f')), ' ', red.length, ' of ', all, ' targets ', red.length === 1 ? 'has' : 'have', ' failures: ',
      red.slice(0, NAMED_MAX).map((target, index) => [index ? ', ' : '',
        h('a', {href: address.to('', '', {verdict: 'red', target: target.label})}, target.label), ' (', number(redIn(target.counts)), ')']),
      red.length > NAMED_MAX ? ' and ' + (red.length - NAMED_MAX) + ' more' : '', '. ', instances, '.'];
  }

  function problems(data) {
    if (!data.problem_count) return null;
    return h('section', {class: 'problems', 'aria-labelledby': 'problems'},
      h('h2', {id: 'problems'}, '! Not everything could be read'),
      h('p', null, 'What is below is made from the rest; verdicts are missing.'),
      h('ul', null, data.problems.map(({file, line, text}) => h('li', null, h('code', null, line ? file + ':' + line : file), ' ', text))),
      data.problem_count > data.problems.length && h('p', null, 'and ', data.problem_count - data.problems.length, ' more'));
  }

  const columns = () => verdicts.table;

  function countCell(verdict, times, link) {
    return h('td', {class: 'count' + (times ? ' v-' + window.ipcdrill.className(verdict) : ' none')}, times && link ? h('a', {href: link}, number(times)) : number(times));
  }

  function targetsTable(data) {
    const used = columns().filter((verdict) => data.targets.some((target) => target.counts.get(verdict.letter)));
    return h('table', {class: 'counts'},
      h('caption', null, 'Instances by target'),
      h('thead', null, h('tr', null, h('th', {scope: 'col'}, 'target'),
        used.map((verdict) => h('th', {scope: 'col', class: 'count', title: verdict.meaning}, mark(verdict, true))))),
      h('tbody', null, data.targets.map((target) =>
        h('tr', null, h('th', {scope: 'row'}, h('a', {href: address.to('target', target.label)}, target.label)),
          used.map((verdict) => countCell(verdict, target.counts.get(verdict.letter) || 0,
            address.to('', '', {verdict: verdict.name, target: target.label})))))));
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
    const rows = Object.keys(tiers).map((tier) => [tier, tierCounts(data.clauses.filter((clause) => clause.tier === tier).map(({id}) => data.clausesById.get(id)))]);
    const used = columns().filter((verdict) => rows.some(([, counts]) => counts.has(verdict)));
    if (data.clauses.length === 0) return null;
    return h('table', {class: 'counts'},
      h('caption', null, 'Clauses by tier, the worst of all targets'),
      h('thead', null, h('tr', null, h('th', {scope: 'col'}, 'tier'),
        used.map((verdict) => h('th', {scope: 'col', class: 'count'}, mark(verdict, true))), h('th', {scope: 'col', class: 'count'}, 'no case'))),
      h('tbody', null, rows.map(([tier, counts]) =>
        h('tr', null, h('th', {scope: 'row'}, h('a', {href: address.to('', '', {tier})}, tier), ' ', tiers[tier]),
          used.map((verdict) => countCell(verdict, counts.get(verdict) || 0, address.to('', '', {tier, verdict: verdict.name}))),
          countCell(verdicts.of('.'), counts.get(null) || 0, address.to('', '', {tier, verdict: 'no-case'}))))));
  }

  // The tables are made when they are first looked at.
  function tables(data) {
    const open = window.matchMedia('(min-width: 50rem)').matches && data.targets.length <= 4;
    const fill = () => holder.childElementCount > 1 || holder.append(
      scrollable('Counts by target', targetsTable(data)), ...[tiersTable(data)].filter(Boolean).map((table) => scrollable('Counts by tier', table)));
    const holder = h('details', {class: 'summary', open, ontoggle: fill}, h('summary', null, 'Counts by target and by tier'));
    if (open) fill();
    return holder;
  }

  const render = (data) => [problems(data), h('p', {class: 'sentence'}, sentence(data)), tables(data)];

  Object.assign(window.ipcdrill, {summary: {render, redIn, tiers, prepare: (data) => data.targets.forEach((target) => (target.counts = model.count(data.instances, target.index)))}});
})();
