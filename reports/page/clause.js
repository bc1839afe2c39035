// One clause: its sentence, and its cases on all targets.
(() => {
  'use strict';
  const {h, address, matrix, model, summary} = window.ipcdrill;

  function render(data, id) {
    const clause = data.clausesById.get(id);
    if (!clause) return [h('h1', null, 'No such clause'), h('p', null, id, ' is not in the clause table of this report.')];
    const rows = clause.instances.map((instance) => ({level: 3, instance}));
    return [
      h('h1', null, clause.id),
      h('blockquote', null, clause.requirement),
      h(
        'p',
        {class: 'source'},
        [clause.source, clause.tier && 'tier ' + clause.tier + ': ' + summary.tiers[clause.tier]].filter(Boolean).join(' · '),
      ),
      clause.instances.length === 0
        ? h('p', null, model.whyNoInstance(clause))
        : matrix.render(data.targets, rows, address.defaults),
    ];
  }

  Object.assign(window.ipcdrill, {clauseView: {render}});
})();
