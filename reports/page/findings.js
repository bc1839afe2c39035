// Findings in programs: of the fault sweep, of interleavings, and leaks. The worst stand first, as their files have them.
(() => {
  'use strict';
  const {h, address} = window.ipcdrill;

  // Each has an address of its own: #/findings/3.
  const finding = (data, item, number, chosen) =>
    h(
      'li',
      {class: 'finding' + (chosen ? ' chosen' : ''), value: String(number)},
      h(
        'p',
        {class: 'sentence'},
        item.program && [h('code', null, item.program), ': '],
        item.sentence,
        item.details && [': ', item.details],
        item.times > 1 && h('span', {class: 'size'}, ' (', item.times, ' runs)'),
        ' ',
        h('a', {href: address.to('findings', String(number)), 'aria-label': 'link to finding ' + number}, '#'),
      ),
      h(
        'dl',
        {class: 'facts'},
        item.clause && [
          h('dt', null, 'rule'),
          h(
            'dd',
            null,
            data.clausesById.has(item.clause) ? h('a', {href: address.to('clause', item.clause)}, item.clause) : item.clause,
          ),
        ],
        item.why && [h('dt', null, 'why'), h('dd', null, item.why)],
        item.how && [h('dt', null, 'how'), h('dd', null, h('code', null, item.how))],
        item.case && [h('dt', null, 'case'), h('dd', null, h('code', null, item.case))],
      ),
      item.trace &&
        item.trace.length > 0 &&
        h('details', {open: chosen}, h('summary', null, 'trace'), h('pre', {class: 'transcript', tabindex: '0'}, item.trace.join('\n'))),
    );

  const severities = (items) => [...new Set(items.map((item) => item.severity || 'other'))];

  // One file: how many there are of each severity, then those, the worst first.
  const section = (data, {title, file, items}, first, chosen) =>
    h(
      'section',
      null,
      h('h2', null, title, ' (', items.length, ')'),
      h('p', {class: 'source'}, 'from ', h('code', null, file)),
      items.length === 0 && h('p', null, 'Nothing was found.'),
      severities(items).map((severity) => {
        const of = items.map((item, at) => [item, first + at]).filter(([item]) => (item.severity || 'other') === severity);
        return [
          h('h3', {class: 'severity'}, severity, ' ', h('span', {class: 'size'}, of.length)),
          h(
            'ol',
            {class: 'findings'},
            of.map(([item, number]) => finding(data, item, number, String(number) === chosen)),
          ),
        ];
      }),
    );

  const render = (data, chosen) => {
    let first = 1;
    return [
      h('h1', null, 'Findings'),
      data.findings.map((file) => {
        const rendered = section(data, file, first, chosen);
        first += file.items.length;
        return rendered;
      }),
    ];
  };

  Object.assign(window.ipcdrill, {findingsView: {render}});
})();
