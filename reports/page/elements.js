// Making elements. Text from results goes into text nodes only, its control characters made visible: nothing in a results
// file is ever read as HTML or obeyed as a direction of writing.
(() => {
  'use strict';

  const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
  const code = (character) => {
    const number = character.charCodeAt(0);
    return number < 0x100 ? '\\x' + number.toString(16).padStart(2, '0') : '\\u' + number.toString(16).padStart(4, '0');
  };
  const visible = (text) => String(text).replace(hidden, code);

  // h('a', {href: '#/'}, 'text', element, [more]): null, false and undefined children and attributes are left out.
  function h(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? '' : visible(value));
    }
    append(element, children);
    return element;
  }

  function append(element, children) {
    for (const child of children) {
      if (child === null || child === undefined || child === false) continue;
      if (Array.isArray(child)) append(element, child);
      else element.append(child instanceof Node ? child : visible(child));
    }
  }

  // Words for those who do not see the symbol beside them.
  const unseen = (text) => h('span', {class: 'unseen'}, text);

  // A verdict: its symbol, and its name, which `seen` shows to everybody. There are thousands of them on a page: copies of
  // one made first are cheaper.
  const marks = new Map();
  function mark(verdict, seen) {
    const key = verdict.letter + Boolean(seen);
    if (!marks.has(key))
      marks.set(
        key,
        h(
          'span',
          {class: 'mark v-' + className(verdict)},
          h('span', {'aria-hidden': 'true', class: 'symbol'}, verdict.symbol),
          seen ? h('span', {class: 'word'}, verdict.name) : unseen(' ' + verdict.name + ' '),
        ),
      );
    return marks.get(key).cloneNode(true);
  }

  const className = (verdict) =>
    verdict.letter === '?' ? 'error' : verdict.name.replace(/[^a-z]+/g, '-').replace(/-$/, '-differs');

  // Thousands parted by a narrow blank.
  const number = (value) => (value < 1000 ? String(value) : String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f'));

  const plural = (value, one, many) => number(value) + ' ' + (value === 1 ? one : many || one + 's');

  const time = (us) => (us >= 1e6 ? (us / 1e6).toFixed(2) + ' s' : us >= 1000 ? (us / 1000).toFixed(1) + ' ms' : us + ' µs');

  // A table that can be scrolled with the keyboard where it is wider than the window.
  const scrollable = (label, table) => h('div', {class: 'scrollable', role: 'region', tabindex: '0', 'aria-label': label}, table);

  // A table in a box that scrolls: its rows are lists, the first of each the head of the row. What is no cell becomes one.
  function table(className, caption, columns, rows) {
    const cells = (tag, list) =>
      list
        .flat()
        .map((content) =>
          content instanceof HTMLTableCellElement ? content : h(tag, tag === 'th' ? {scope: 'col'} : null, content),
        );
    const rowOf = ([head, ...rest]) => h('tr', null, h('th', {scope: 'row'}, head), cells('td', rest));
    return scrollable(
      caption,
      h(
        'table',
        {class: className},
        h('caption', null, caption),
        h('thead', null, h('tr', null, cells('th', columns))),
        h('tbody', null, rows.map(rowOf)),
      ),
    );
  }

  Object.assign(window.ipcdrill, {table, h, visible, unseen, mark, className, number, plural, time, scrollable});
})();
