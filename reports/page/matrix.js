// The matrix: a table of groups, clauses (or files) and instances against targets. Rows are made as they are scrolled to,
// so that five thousand of them cost no more than a screenful.
(() => {
  'use strict';
  const {h, unseen, mark, className, number, plural, verdicts, model, address, scrollable} = window.ipcdrill;

  const ROWS_AT_ONCE = 30;
  const ROOMY_MAX = 4; // so many targets leave room for words

  const also = (verdict, times) =>
    times
      ? h(
          'span',
          {class: 'also v-' + className(verdict)},
          ' ',
          h('span', {'aria-hidden': 'true'}, verdict.symbol),
          unseen(verdict.name + ' '),
          number(times),
        )
      : null;

  // What a target says of several instances: how many are of the worst kind, of how many that were run. Beside passes it
  // tells how many of them are documented differences, and how many skips there were.
  function summaryCell(instances, target) {
    if (instances.length === 0) return h('td', {class: 'cell v-not-run'}, mark(verdicts.of('.')));
    const counts = model.count(instances, target.index);
    const of = (letter) => counts.get(letter) || 0;
    const worst = model.worst(counts);
    const passed = of('p') + of('d');
    if (verdicts.isPass(worst))
      return h(
        'td',
        {class: 'cell v-pass'},
        mark(verdicts.of('p')),
        number(passed),
        also(verdicts.of('d'), of('d')),
        also(verdicts.of('s'), of('s')),
      );
    const times = of(worst.letter),
      ran = instances.length - of('.');
    return h('td', {class: 'cell v-' + className(worst)}, mark(worst), number(times), times < ran ? '/' + number(ran) : '');
  }

  function instanceCell(instance, target, roomy) {
    const verdict = verdicts.of(instance.last[target.index]);
    const link = !verdicts.isPass(verdict) && verdict.letter !== '.';
    return h(
      'td',
      {class: 'cell v-' + className(verdict), title: verdict.name},
      link
        ? h('a', {href: address.to('case', model.idOf(instance)), tabindex: '-1'}, mark(verdict, roomy))
        : mark(verdict, roomy),
    );
  }

  function fold(row, toggle) {
    if (!row.group && !row.instances.length) return h('span', {class: 'fold', 'aria-hidden': 'true'});
    const name = row.group ? row.group.name : row.node.id;
    return h(
      'button',
      {
        type: 'button',
        class: 'fold',
        'aria-expanded': String(row.open),
        'aria-label': name,
        'data-key': row.key,
        onclick: () => toggle(row.key),
      },
      h('span', {'aria-hidden': 'true'}, row.open ? '▾' : '▸'),
    );
  }

  function groupHead(row, toggle, filter) {
    const {group, nodes, instances} = row;
    return [
      fold(row, toggle),
      h('a', {class: 'name', href: address.to('', '', {...filter, group: group.name})}, group.name),
      ' ',
      h(
        'span',
        {class: 'size'},
        plural(nodes.length, filter.by === 'file' ? 'file' : 'clause'),
        ', ',
        plural(instances.length, 'case'),
      ),
    ];
  }

  function nodeHead(row, toggle, filter) {
    const {node} = row;
    if (filter.by === 'file')
      return [fold(row, toggle), h('a', {class: 'name', href: address.to('', '', {by: 'file', q: node.id})}, node.id)];
    return [
      fold(row, toggle),
      h('a', {class: 'name', href: address.to('clause', node.id)}, node.id),
      ' ',
      h('span', {class: 'sentence'}, node.requirement),
      ' ',
      node.tier && h('span', {class: 'tier'}, unseen('tier '), node.tier),
      node.instances.length === 0 && h('span', {class: 'reason'}, ' ', model.whyNoInstance(node)),
    ];
  }

  function rowElement(row, targets, toggle, filter) {
    const head = row.instance
      ? [h('a', {href: address.to('case', model.idOf(row.instance))}, row.instance.title)]
      : row.group
        ? groupHead(row, toggle, filter)
        : nodeHead(row, toggle, filter);
    return h(
      'tr',
      {class: 'level-' + row.level},
      h('th', {scope: 'row'}, head),
      targets.map((target) =>
        row.instance ? instanceCell(row.instance, target, targets.length <= ROOMY_MAX) : summaryCell(row.instances, target),
      ),
    );
  }

  function headElement(targets, filter) {
    return h(
      'thead',
      null,
      h(
        'tr',
        null,
        h('th', {scope: 'col'}, filter.by === 'file' ? 'file and case' : 'clause and case'),
        targets.map((target) =>
          h(
            'th',
            {scope: 'col', class: 'target'},
            h(
              'a',
              {
                href: address.to('target', target.label),
                title: [target.kernel, target.machine, target.libc, target.calls, target.isolation].join('\n'),
              },
              target.label,
            ),
          ),
        ),
      ),
    );
  }

  // Adds rows to the body until all are there: the first at once, the others as the end of the table is scrolled to.
  function fill(region, body, rows, make, more) {
    let next = 0;
    const add = () => {
      const end = Math.min(next + ROWS_AT_ONCE, rows.length);
      const part = document.createDocumentFragment();
      for (; next < end; next++) part.append(make(rows[next]));
      body.append(part);
      more.hidden = next >= rows.length;
      more.textContent = more.hidden ? '' : 'Show more: ' + number(rows.length - next) + ' rows are left';
      return !more.hidden;
    };
    add();
    more.addEventListener('click', add);
    new IntersectionObserver((entries) => entries.some(({isIntersecting}) => isIntersecting) && add(), {
      root: region,
      rootMargin: '300px',
    }).observe(more);
    return add;
  }

  // Rows are as selection.rows gives them; `toggle` is called with the key of one that is to be opened or closed.
  function render(targets, rows, filter, toggle) {
    const body = h('tbody');
    const more = h('button', {type: 'button', class: 'more'});
    const classes = ['matrix', targets.length <= ROOMY_MAX && 'roomy', rows.length && rows[0].level === 3 && 'flat'];
    const table = h(
      'table',
      {class: classes.filter(Boolean).join(' '), 'aria-rowcount': rows.length + 1},
      h('caption', {class: 'unseen'}, 'Verdicts by ' + (filter.by === 'file' ? 'case file' : 'clause') + ' and target'),
      headElement(targets, filter),
      body,
    );
    table.style.setProperty('--targets', targets.length);
    const region = scrollable('Verdicts', table);
    region.classList.add('window');
    const add = fill(region, body, rows, (row) => rowElement(row, targets, toggle, filter), more);
    // A row that is folded keeps its place for the keyboard, however far down it is.
    region.reveal = (key) => {
      let found;
      while (!(found = [...body.querySelectorAll('.fold')].find((button) => button.dataset.key === key)) && add());
      return found;
    };
    region.append(more);
    return rows.length
      ? region
      : h(
          'p',
          {class: 'nothing'},
          'Nothing is like that. ',
          h('a', {href: address.to('', '', {by: filter.by})}, 'Show everything'),
          '.',
        );
  }

  const legend = () =>
    h(
      'p',
      {class: 'legend'},
      verdicts.table.map((verdict) => [h('span', {title: verdict.meaning}, mark(verdict, true)), ' ']),
    );

  Object.assign(window.ipcdrill, {matrix: {render, legend}});
})();
