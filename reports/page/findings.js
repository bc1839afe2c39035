// Findings in programs: of the fault sweep, of interleavings, and leaks. The worst stand first, as their files have them.
(() => {
  'use strict';
  const {h, address} = window.ipcdrill;

  const finding = (data, item) =>
    h(
      'li',
      {class: 'finding'},
      h(
        'p',
        null,
        item.severity && [h('strong', {class: 'severity'}, item.severity), ' '],
        item.program && [h('code', null, item.program), ': '],
        item.sentence,
      ),
      h(
        'p',
        {class: 'source'},
        item.kind,
        item.clause && [
          ' · ',
          data.clausesById.has(item.clause) ? h('a', {href: address.to('clause', item.clause)}, item.clause) : item.clause,
        ],
      ),
      item.how && h('p', null, 'again with ', h('code', null, item.how)),
      item.trace &&
        item.trace.length > 0 &&
        h('details', null, h('summary', null, 'trace'), h('pre', {class: 'transcript', tabindex: '0'}, item.trace.join('\n'))),
    );

  const render = (data) => [
    h('h1', null, 'Findings'),
    data.findings.map(({title, file, items}) =>
      h(
        'section',
        null,
        h('h2', null, title, ' (', items.length, ')'),
        h('p', {class: 'source'}, 'from ', h('code', null, file)),
        items.length
          ? h(
              'ol',
              {class: 'findings'},
              items.map((item) => finding(data, item)),
            )
          : h('p', null, 'Nothing was found.'),
      ),
    ),
  ];

  Object.assign(window.ipcdrill, {findingsView: {render}});
})();
