// The tool, the targets, coverage, how to read the page.
(() => {
  'use strict';
  const {h, verdicts, mark, address, scrollable, targetView} = window.ipcdrill;

  function targets(data) {
    return scrollable('Targets', h('table', {class: 'says'},
      h('caption', {class: 'unseen'}, 'Targets'),
      h('thead', null, h('tr', null, ['target', 'kernel', 'machine', 'C library', 'calls', 'isolation', 'last run'].map((name) => h('th', {scope: 'col'}, name)))),
      h('tbody', null, data.targets.map((target) => h('tr', null,
        h('th', {scope: 'row'}, h('a', {href: address.to('target', target.label)}, target.label)),
        [target.kernel, target.machine, target.libc, target.calls, target.isolation, targetView.when(target.runs[target.runs.length - 1])]
          .map((value) => h('td', null, value)))))));
  }

  const render = (data) => [
    h('h1', null, 'About this report'),
    h('p', null, 'Made by ipcdrill ', data.tool, ' from the results of ', data.targets.length === 1 ? 'one target' : data.targets.length + ' targets', '. The same data, for programs: ',
      h('a', {href: 'data.json'}, 'data.json'), '.'),
    data.coverage.length > 0 && [h('h2', null, 'Coverage'), h('ul', null, data.coverage.map(({title, link}) => h('li', null, h('a', {href: link}, title))))],
    h('h2', null, 'Targets'), targets(data),
    h('h2', null, 'Verdicts'),
    h('dl', {class: 'facts'}, verdicts.table.map((verdict) => [h('dt', null, mark(verdict, true)), h('dd', null, verdict.meaning)])),
    h('p', null, 'A clause is on a target what the worst of its cases is; it is a skip only where all were skipped. A number is how many cases have that verdict, 2/39 that two of 39 do.'),
    h('h2', null, 'Keys'),
    h('dl', {class: 'facts'}, [['/', 'to the filter'], ['↓ ↑', 'in the matrix: the row below, above'], ['→ ←', 'open and close a row'], ['Esc', 'from a case or the filter back to all verdicts']]
      .map(([key, what]) => [h('dt', null, h('kbd', null, key)), h('dd', null, what)])),
  ];

  Object.assign(window.ipcdrill, {aboutView: {render}});
})();
