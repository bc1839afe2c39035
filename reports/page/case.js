// One case: its text, its clauses, what every target says of it, and what came instead where it failed.
(() => {
  'use strict';
  const {h, unseen, mark, number, time, verdicts, model, address, table} = window.ipcdrill;

  // The symbols of all runs of a target, the oldest first.
  function history(target, letters) {
    return h(
      'ol',
      {class: 'history', 'aria-label': 'runs, the oldest first'},
      [...letters].map((letter, run) => {
        const verdict = verdicts.of(letter);
        return h(
          'li',
          {title: verdict.name + ': ' + target.runs[run].file + ', ' + (target.runs[run].written || '')},
          mark(verdict),
        );
      }),
    );
  }

  function targetRow(instance, target, detail) {
    const verdict = verdicts.of(instance.last[target.index]);
    const us = instance.durations_us[target.index];
    const repeats =
      detail && detail.repeats > 1 ? ', ' + number(detail.reds) + ' of ' + number(detail.repeats) + ' repeats red' : '';
    return [
      h('a', {href: address.to('target', target.label)}, target.label),
      [[mark(verdict, true), repeats]],
      (detail && detail.reason) || '',
      h('td', {class: 'count'}, us === null ? '' : time(us)),
      history(target, instance.verdicts[target.index]),
    ];
  }

  function targetsTable(data, instance, details) {
    const detailOf = (target) =>
      details.find((detail) => detail.target === target.index && (detail.verdict !== 'pass' || detail.repeats));
    return table(
      'says',
      'What the targets say',
      ['target', 'verdict', 'reason', 'time', 'runs'],
      data.targets.map((target) => targetRow(instance, target, detailOf(target))),
    );
  }

  // Two lines, that in the middle where they part marked.
  function parted(one, other) {
    let begin = 0;
    while (begin < one.length && begin < other.length && one[begin] === other[begin]) begin++;
    while (begin > 0 && /\w/.test(one[begin - 1])) begin--;
    let end = 0;
    while (end < one.length - begin && end < other.length - begin && one[one.length - 1 - end] === other[other.length - 1 - end])
      end++;
    while (end > 0 && /\w/.test(one[one.length - end])) end--;
    const show = (text) =>
      h('code', null, text.slice(0, begin), h('mark', null, text.slice(begin, text.length - end)), text.slice(text.length - end));
    return [show(one), show(other)];
  }

  const transcript = (lines) => h('pre', {class: 'transcript', tabindex: '0'}, lines.join('\n'));

  function comparison(detail) {
    const [expected, got] = parted(detail.expected || '', detail.got || '');
    return h(
      'div',
      {class: 'sides'},
      h('div', {class: 'side expected'}, h('h3', null, 'expected'), expected),
      h('div', {class: 'side got'}, h('h3', null, 'got'), got),
    );
  }

  // Targets that fail alike are told of together.
  function failures(details) {
    const alike = new Map();
    for (const detail of details.filter((one) => one.verdict !== 'pass' && one.verdict !== 'skip')) {
      const key = JSON.stringify([
        detail.verdict,
        detail.expected,
        detail.got,
        detail.expected && detail.got ? null : detail.reason,
      ]);
      if (!alike.has(key)) alike.set(key, []);
      alike.get(key).push(detail);
    }
    return [...alike.values()];
  }

  function failure(data, instance, group) {
    const [detail] = group;
    const verdict = verdicts.named(detail.verdict) || verdicts.of('?');
    return h(
      'section',
      {class: 'failure'},
      h('h2', null, mark(verdict, true), ' on ', group.map(({target}) => data.targets[target].label).join(', ')),
      detail.expected && detail.got ? comparison(detail) : detail.reason && h('p', null, detail.reason),
      detail.expected && h('p', {class: 'place'}, 'the line is ', h('code', null, instance.file + ':' + detail.failed_line)),
      detail.known &&
        h(
          'p',
          null,
          'known: ',
          detail.known.reason,
          /^https?:/.test(detail.known.link || '') && [' ', h('a', {href: detail.known.link}, detail.known.link)],
        ),
      detail.transcript.length > 0 && [h('h3', null, 'so far'), transcript(detail.transcript)],
    );
  }

  function passing(data, details) {
    const detail = details.filter((one) => one.verdict === 'pass').pop();
    if (!detail || detail.transcript.length === 0) return null;
    return h(
      'section',
      null,
      h('h2', null, mark(verdicts.of('p'), true), ' on ', data.targets[detail.target].label),
      transcript(detail.transcript),
    );
  }

  function clauses(data, instance) {
    if (instance.clauses.length === 0) return null;
    return h(
      'section',
      null,
      h('h2', null, 'Clauses'),
      h(
        'ul',
        {class: 'clauses'},
        instance.clauses.map((id) => {
          const clause = data.clausesById.get(id);
          return h(
            'li',
            null,
            h('a', {href: address.to('clause', id)}, id),
            ' ',
            clause.requirement,
            ' ',
            h('span', {class: 'source'}, [clause.source, clause.tier && 'tier ' + clause.tier].filter(Boolean).join(', ')),
          );
        }),
      ),
    );
  }

  // The text with the numbers of its lines, those that failed and the row of the instance marked.
  function caseText(text, instance, details) {
    const failed = new Set(details.map((detail) => detail.failed_line));
    const lines = text.text.split('\n').map((line, index) => {
      const at = text.line + index;
      const note = failed.has(at) ? 'failed' : at === instance.line && index > 0 ? 'row' : '';
      return [
        h(
          'span',
          {class: 'line ' + note},
          h('span', {class: 'at', 'aria-hidden': 'true'}, String(at).padStart(4)),
          note && unseen(note + ': '),
          ' ',
          line,
        ),
        '\n',
      ];
    });
    return h('section', null, h('h2', null, 'The case'), h('pre', {class: 'text', tabindex: '0'}, lines));
  }

  // The red cases before and behind this one, in order of the data.
  function neighbours(data, instance) {
    const red = data.instances.filter(
      (one) => one === instance || one.last.some((letter) => verdicts.isRed(verdicts.of(letter))),
    );
    const at = red.indexOf(instance);
    const link = (one, text, relation) => one && h('a', {href: address.to('case', model.idOf(one)), rel: relation}, text);
    return h(
      'nav',
      {class: 'neighbours', 'aria-label': 'Red cases'},
      link(red[at - 1], '‹ red case before', 'prev'),
      ' ',
      link(red[at + 1], 'next red case ›', 'next'),
    );
  }

  function render(data, id) {
    const instance = model.instanceOf(data, id);
    if (!instance) return [h('h1', null, 'No such case'), h('p', null, 'It is not in this report: renamed, or not run.')];
    const details = model.detailsOf(instance);
    const text = data.texts[instance.text];
    return [
      h('h1', null, instance.title),
      h(
        'p',
        {class: 'place'},
        h('code', null, instance.file + ':' + instance.line),
        unseen(', '),
        ' group ',
        h('a', {href: address.to('', '', {by: 'file', group: instance.group})}, instance.group),
      ),
      neighbours(data, instance),
      h(
        'div',
        {class: 'failures'},
        failures(details).map((group) => failure(data, instance, group)),
      ),
      targetsTable(data, instance, details),
      clauses(data, instance),
      text && caseText(text, instance, details),
      passing(data, details),
    ];
  }

  const title = (data, id) => (model.instanceOf(data, id) || {title: 'no such case'}).title;

  Object.assign(window.ipcdrill, {caseView: {render, title, history}});
})();
