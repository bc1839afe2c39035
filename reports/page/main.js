// Reads the data, shows what the address says, and follows it. Keys: see about.js.
(() => {
  'use strict';
  const {h, number, model, address, selection, summary, controls, matrix} = window.ipcdrill;

  const main = document.getElementById('main');
  const announcement = document.getElementById('announcement');
  let data, place, shown;
  const toggled = new Set(); // rows that are not as the filter has them: open where it closes, closed where it opens

  const isOpen = (chosen) => (key) => toggled.has(key) !== chosen.narrow;

  function go(next) {
    const fragment = address.write(next);
    if (fragment !== location.hash) history.replaceState(null, '', fragment);
    place = address.read(fragment);
  }

  // The matrix below its controls; these stay as they are while one types.
  function fillMatrix() {
    const chosen = selection.select(data, place.filter);
    const toggle = (key) => {
      if (!toggled.delete(key)) toggled.add(key);
      fillMatrix();
      const button = shown.matrix.reveal(key);
      if (button) button.focus({preventScroll: true});
    };
    const left = shown.matrix ? shown.matrix.scrollLeft : 0;
    const region = matrix.render(chosen.targets, selection.rows(chosen, isOpen(chosen)), place.filter, toggle);
    shown.holder.replaceChildren(region);
    if (left) region.scrollLeft = left; // setting it lays the page out at once
    shown.matrix = region;
    const text = number(chosen.instances.size) + ' of ' + number(data.instances.length) + ' cases';
    shown.size.textContent = text;
    announcement.textContent = text;
  }

  function change(part) {
    const opened = main.querySelector('.targets');
    const openTargets = Boolean(opened && opened.open);
    go({view: '', name: '', filter: {...place.filter, ...part}});
    toggled.clear();
    if (!('q' in part) || Object.keys(part).length > 1) showControls(openTargets);
    fillMatrix();
  }

  // Anew, with the same control in focus.
  function showControls(openTargets) {
    const active = document.activeElement;
    const key =
      active && active.name
        ? `[name="${active.name}"]` + (active.name === 'target' ? `[value="${CSS.escape(active.value)}"]` : '')
        : null;
    const form = controls.render(data, {...place.filter, open: openTargets}, change);
    shown.controls.replaceWith(form);
    shown.controls = form;
    const same = key && form.querySelector(key);
    if (same) same.focus();
  }

  function matrixView() {
    shown = {controls: h('div'), holder: h('div'), size: h('p', {class: 'size'})};
    const view = [
      h('h1', {class: 'unseen'}, 'Verdicts'),
      summary.render(data),
      shown.controls,
      h('div', {class: 'above'}, shown.size, matrix.legend()),
      shown.holder,
    ];
    return view;
  }

  const {caseView, clauseView, targetView, findingsView, aboutView} = window.ipcdrill;
  const views = {
    '': {title: () => 'verdicts', render: matrixView},
    case: {title: (name) => caseView.title(data, name), render: (name) => caseView.render(data, name)},
    clause: {title: (name) => name, render: (name) => clauseView.render(data, name)},
    target: {title: (name) => name, render: (name) => targetView.render(data, name)},
    findings: {title: () => 'findings', render: (name) => findingsView.render(data, name)},
    about: {title: () => 'about', render: () => aboutView.render(data)},
  };

  function showParts() {
    const parts = [
      ['', 'Verdicts'],
      ['findings', 'Findings'],
      ['about', 'About'],
    ].filter(([view]) => view !== 'findings' || data.findings.length);
    document
      .getElementById('parts')
      .replaceChildren(
        ...parts.map(([view, text]) => h('a', {href: '#/' + view, 'aria-current': place.view === view ? 'page' : null}, text)),
      );
  }

  function show(byUser) {
    place = address.read(location.hash);
    // Findings alone, without results: they are what there is to see.
    if (!place.view && !data.instances.length && data.findings.length) place.view = 'findings';
    const view = views[place.view] || views[''];
    main.replaceChildren();
    shown = null;
    const append = (children) =>
      children.forEach((child) => (Array.isArray(child) ? append(child) : child && main.append(child)));
    append(view.render(place.name));
    if (shown) {
      showControls(false);
      fillMatrix();
    }
    showParts();
    document.title = view.title(place.name) + ' - ipcdrill report';
    if (byUser) {
      window.scrollTo(0, 0);
      main.focus({preventScroll: true});
    }
    const chosen = main.querySelector('.chosen');
    if (chosen) chosen.scrollIntoView();
  }

  function moveInMatrix(event) {
    const row = event.target.closest('.matrix tbody tr');
    if (!row) return;
    const button = row.querySelector('button.fold');
    const isExpanded = button && button.getAttribute('aria-expanded') === 'true';
    const to = {ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling}[event.key];
    if (to) to.querySelector('th button, th a').focus();
    else if (button && ((event.key === 'ArrowRight' && !isExpanded) || (event.key === 'ArrowLeft' && isExpanded))) button.click();
    else return;
    event.preventDefault();
  }

  function press(event) {
    const typing = event.target.matches('input[type=search], select');
    const search = main.querySelector('input[type=search]');
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === '/' && search && !typing) {
      event.preventDefault();
      search.focus();
    } else if (event.key === 'Escape' && (place.view || place.filter.q)) {
      location.hash = address.write({view: '', filter: {...place.filter, q: ''}});
    } else if (!typing) {
      moveInMatrix(event);
    }
  }

  function start() {
    try {
      data = model.make(JSON.parse(window.ipcdrill.data.matrix));
    } catch (error) {
      main.replaceChildren(
        h('h1', null, 'No data'),
        h('p', null, 'data.js beside this page is missing or damaged (', error.message, '). ipcdrill report makes it anew.'),
      );
      return;
    }
    summary.prepare(data);
    document.getElementById('skip').addEventListener('click', () => main.focus());
    document.addEventListener('keydown', press);
    window.addEventListener('hashchange', () => show(true));
    show(false);
    performance.mark('ipcdrill-shown');
  }

  start();
})();
