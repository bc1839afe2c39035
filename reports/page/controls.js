// The filter above the matrix. Each change becomes an address; the controls show what the address says.
(() => {
  'use strict';
  const {h, verdicts, selection, summary, address} = window.ipcdrill;

  const option = (value, text, current) => h('option', {value, selected: value === current}, text);

  function select(name, label, filter, options, change) {
    return h(
      'label',
      null,
      h('span', null, label),
      h(
        'select',
        {name, onchange: (event) => change({[name]: event.target.value})},
        options.map(([value, text]) => option(value, text, filter[name])),
      ),
    );
  }

  function verdictOptions() {
    return [
      ['', 'any'],
      ...Object.entries(selection.special).map(([value, {label}]) => [value, label]),
      ...verdicts.table.map(({name, symbol}) => [name, symbol + ' ' + name]),
    ];
  }

  // Which targets are columns; two of them are a comparison.
  function targetChooser(data, filter, change) {
    const chosen = selection.chosenTargets(data, filter);
    const all = chosen.length === data.targets.length;
    const set = (targets) =>
      change({target: targets.length === data.targets.length ? '' : targets.map(({label}) => label).join('|')});
    if (data.targets.length < 2) return null;
    return h(
      'details',
      {class: 'targets', open: filter.open},
      h('summary', null, 'Targets: ', all ? 'all ' + chosen.length : chosen.map(({label}) => label).join(', ')),
      h(
        'fieldset',
        null,
        h('legend', null, 'Show and compare'),
        data.targets.map((target) =>
          h(
            'label',
            {class: 'tick'},
            h('input', {
              type: 'checkbox',
              name: 'target',
              value: target.label,
              checked: chosen.includes(target),
              onchange: (event) =>
                set(data.targets.filter((other) => (other === target ? event.target.checked : chosen.includes(other)))),
            }),
            ' ',
            target.label,
          ),
        ),
        h(
          'label',
          {class: 'tick'},
          h('input', {
            type: 'checkbox',
            name: 'differ',
            checked: Boolean(filter.differ),
            onchange: (event) => change({differ: event.target.checked ? '1' : ''}),
          }),
          ' only where they differ',
        ),
        h('button', {type: 'button', name: 'all', onclick: () => change({target: '', differ: ''})}, 'all targets'),
      ),
    );
  }

  function render(data, filter, change) {
    const groups = (data.arrangements[filter.by] || data.arrangements.clause).map(({name}) => name);
    const tiers = [['', 'any'], ...Object.entries(summary.tiers).map(([tier, text]) => [tier, tier + ': ' + text])];
    return h(
      'form',
      {class: 'controls', role: 'search', 'aria-label': 'Filter the verdicts', onsubmit: (event) => event.preventDefault()},
      h(
        'label',
        {class: 'grow'},
        h('span', null, 'Text ', h('kbd', {'aria-hidden': 'true'}, '/')),
        h('input', {
          type: 'search',
          name: 'q',
          value: filter.q,
          autocomplete: 'off',
          placeholder: 'a clause, a file, words of a title',
          oninput: (event) => change({q: event.target.value}),
        }),
      ),
      select('verdict', 'Verdict', filter, verdictOptions(), change),
      select('group', 'Group', filter, [['', 'all'], ...groups.map((name) => [name, name])], change),
      select('tier', 'Tier', filter, tiers, change),
      select(
        'by',
        'Rows',
        filter,
        [
          ['clause', 'by clause'],
          ['file', 'by case file'],
        ],
        (part) => change({...part, group: ''}),
      ),
      h('button', {type: 'button', name: 'clear', onclick: () => change({...address.defaults, by: filter.by})}, 'Clear'),
      targetChooser(data, filter, change),
    );
  }

  Object.assign(window.ipcdrill, {controls: {render}});
})();
