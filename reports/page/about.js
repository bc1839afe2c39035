// The tool, the targets, coverage, how to read the page.
(() => {
  'use strict';
  const {h, table, verdicts, mark, plural, address, targetView} = window.ipcdrill;

  function targets(data) {
    const rowOf = (target) => [
      h('a', {href: address.to('target', target.label)}, target.label),
      target.kernel,
      target.machine,
      target.libc,
      target.calls,
      target.isolation,
      targetView.when(target.runs[target.runs.length - 1]),
    ];
    return table(
      'says',
      'Targets',
      ['target', 'kernel', 'machine', 'C library', 'calls', 'isolation', 'last run'],
      data.targets.map(rowOf),
    );
  }

  const render = (data) => [
    h('h1', null, 'About this report'),
    h(
      'p',
      null,
      'Made by ipcdrill ',
      data.tool,
      ' from the results of ',
      plural(data.targets.length, 'target'),
      '. The same data, for programs: ',
      h('a', {href: 'data.json'}, 'data.json'),
      '.',
    ),
    data.coverage.length > 0 && [
      h('h2', null, 'Coverage'),
      h(
        'ul',
        null,
        data.coverage.map(({title, link}) => h('li', null, h('a', {href: link}, title))),
      ),
    ],
    targets(data),
    h('h2', null, 'Verdicts'),
    h(
      'dl',
      {class: 'facts'},
      verdicts.table.map((verdict) => [h('dt', null, mark(verdict, true)), h('dd', null, verdict.meaning)]),
    ),
    h(
      'p',
      null,
      'A clause is on a target what the worst of its cases is; it is a skip only where all were skipped. A number is how many cases have that verdict, 2/39 that two of 39 do.',
    ),
    h('h2', null, 'Keys'),
    h(
      'dl',
      {class: 'facts'},
      [
        ['/', 'to the filter'],
        ['↓ ↑', 'in the matrix: the row below, above'],
        ['→ ←', 'open and close a row'],
        ['Esc', 'from a case or the filter back to all verdicts'],
      ].map(([key, what]) => [h('dt', null, h('kbd', null, key)), h('dd', null, what)]),
    ),
  ];

  Object.assign(window.ipcdrill, {aboutView: {render}});
})();
