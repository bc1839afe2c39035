// One target: what it is, its runs, why it skipped.
(() => {
  'use strict';
  const {h, number, mark, verdicts, model, address, summary, table} = window.ipcdrill;

  const when = (run) => (run.written ? run.written.replace('T', ' ').replace('Z', ' UTC') : 'unknown');

  // How many instances of a run have each verdict, and how many are red that were not, or no more.
  function runRow(data, target, run, index) {
    const counts = new Map();
    let broke = 0,
      mended = 0;
    for (const {verdicts: all} of data.instances) {
      const now = verdicts.of(all[target.index][index]);
      const before = index > 0 ? verdicts.of(all[target.index][index - 1]) : now;
      counts.set(now, (counts.get(now) || 0) + 1);
      broke += verdicts.isRed(now) && !verdicts.isRed(before);
      mended += !verdicts.isRed(now) && verdicts.isRed(before);
    }
    const shown = verdicts.table.filter((verdict) => counts.get(verdict));
    const count = (value) => h('td', {class: 'count'}, index ? number(value) : '');
    return [
      when(run),
      h('code', null, run.file),
      run.tool,
      [shown.map((verdict) => [mark(verdict), number(counts.get(verdict)), ' '])],
      count(broke),
      count(mended),
    ];
  }

  const runsTable = (data, target) =>
    table(
      'says',
      'Runs, the oldest first',
      ['results written', 'file', 'ipcdrill', 'verdicts', 'broke', 'mended'],
      target.runs.map((run, index) => runRow(data, target, run, index)),
    );

  function skips(data, target) {
    const reasons = new Map();
    for (const instance of data.instances.filter(({last}) => last[target.index] === 's')) {
      const detail = model.detailsOf(instance).find((one) => one.target === target.index && one.verdict === 'skip');
      const reason = (detail && detail.reason) || 'no reason given';
      reasons.set(reason, (reasons.get(reason) || 0) + 1);
    }
    if (reasons.size === 0) return null;
    return [
      h('h2', null, 'Why it skipped'),
      h(
        'ul',
        null,
        [...reasons].sort((one, other) => other[1] - one[1]).map(([reason, times]) => h('li', null, number(times), ': ', reason)),
      ),
    ];
  }

  function render(data, label) {
    const target = data.targets.find((one) => one.label === label);
    if (!target) return [h('h1', null, 'No such target'), h('p', null, label, ' is not in this report.')];
    const red = summary.redIn(target.counts);
    const others = data.targets.filter((other) => other !== target);
    return [
      h('h1', null, target.label),
      h(
        'dl',
        {class: 'facts'},
        [
          ['kernel', target.kernel],
          ['machine', target.machine],
          ['C library', target.libc],
          ['calls', target.calls],
          ['isolation', target.isolation],
        ].map(([name, value]) => [h('dt', null, name), h('dd', null, value)]),
      ),
      h(
        'p',
        null,
        red
          ? [
              mark(verdicts.of('f')),
              h('a', {href: address.to('', '', {verdict: 'red', target: target.label})}, number(red), ' red'),
            ]
          : [mark(verdicts.of('p')), 'nothing red'],
        target.runs.length > 1 && [
          ' · ',
          h('a', {href: address.to('', '', {verdict: 'changed', target: target.label})}, 'what changed since the run before'),
        ],
      ),
      runsTable(data, target),
      skips(data, target),
      others.length > 0 && [
        h('h2', null, 'Compare'),
        h(
          'ul',
          {class: 'compare'},
          others.map((other) =>
            h(
              'li',
              null,
              h(
                'a',
                {href: address.to('', '', {target: target.label + '|' + other.label, differ: '1'})},
                'where it differs from ',
                other.label,
              ),
            ),
          ),
        ),
      ],
    ];
  }

  Object.assign(window.ipcdrill, {targetView: {render, when}});
})();
