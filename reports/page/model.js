// The data, arranged for looking things up: targets with labels, groups of clauses and of files, instances with ids that
// stay the same from report to report.
(() => {
  'use strict';
  const {verdicts} = window.ipcdrill;

  // FNV-1a twice, from different starts: 64 bits are enough to tell a million instances apart.
  function hash(text) {
    let one = 0x811c9dc5,
      other = 0x9dc5811c;
    for (let i = 0; i < text.length; i++) {
      one = Math.imul(one ^ text.charCodeAt(i), 0x01000193);
      other = Math.imul(other ^ text.charCodeAt(i), 0x01000193) ^ (other >>> 15);
    }
    return (one >>> 0).toString(36) + (other >>> 0).toString(36);
  }

  // What tells a target from others, for its label; '' where it is as usual.
  const fields = [
    (target) => target.libc,
    (target) => target.machine,
    (target) => target.kernel,
    (target) => (target.calls === 'libc' ? '' : target.calls + ' calls'),
    (target) => (target.isolation === 'full' ? '' : 'isolation ' + target.isolation),
  ];

  // A target is called by its name, or else its C library, and by what tells it from others that are called so.
  function addLabels(targets) {
    for (const target of targets) {
      const peers = targets.filter((other) => other.name === target.name);
      const differing = fields.filter((field) => new Set(peers.map(field)).size > 1);
      const parts = [target.name || target.libc, ...differing.map((field) => field(target))];
      if (targets.length === 1 && !target.name) parts.push(target.kernel);
      target.label = [...new Set(parts)].filter(Boolean).join(' · ');
    }
  }

  function emptyClause(id) {
    return {
      id,
      tier: '',
      source: '',
      requirement: id === 'no clause' ? 'cases that name no clause' : 'not in clauses.tsv',
      reason: '',
      cases: 0,
    };
  }

  const prefix = (id) => (id.includes('-') ? id.slice(0, id.lastIndexOf('-')) : id).toLowerCase();

  // Groups in order of first appearance; each has nodes (clauses or files), each node its instances.
  function group(nodes, nameOf) {
    const groups = new Map();
    for (const node of nodes) {
      const name = nameOf(node);
      if (!groups.has(name)) groups.set(name, {name, nodes: []});
      groups.get(name).nodes.push(node);
    }
    return [...groups.values()];
  }

  function make(data) {
    const {targets, instances} = data;
    targets.forEach((target, index) => (target.index = index));
    addLabels(targets);

    const clauses = new Map(data.clauses.map((clause) => [clause.id, {...clause, instances: []}]));
    const files = new Map();
    const clauseOf = (id) => {
      if (!clauses.has(id)) clauses.set(id, {...emptyClause(id), instances: []});
      return clauses.get(id);
    };
    instances.forEach((instance, index) => {
      instance.index = index;
      instance.last = instance.verdicts.map((runs) => runs[runs.length - 1] || '.');
      if (instance.clauses.length === 0) clauseOf('no clause').instances.push(instance);
      for (const id of instance.clauses) clauseOf(id).instances.push(instance);
      if (!files.has(instance.file)) files.set(instance.file, {id: instance.file, group: instance.group, instances: []});
      files.get(instance.file).instances.push(instance);
    });
    return {
      ...data,
      clausesById: clauses,
      arrangements: {
        clause: group(clauses.values(), (clause) => prefix(clause.id)),
        file: group(files.values(), (file) => file.group),
      },
    };
  }

  // These are wanted of few or late: made when they are, and kept.
  const idOf = (instance) => (instance.id = instance.id || hash(instance.file + '\n' + instance.title + '\n' + instance.row));
  const searchOf = (instance) =>
    (instance.search = instance.search || (instance.file + ':' + instance.line + ' ' + instance.title).toLowerCase());
  const clauseSearchOf = (clause) =>
    (clause.search = clause.search || (clause.id + ' ' + (clause.requirement || '') + ' ' + (clause.source || '')).toLowerCase());

  const instanceOf = (data, id) => data.instances.find((instance) => idOf(instance) === id);

  // How often each letter is among what a target says of instances.
  function count(instances, target) {
    const counts = new Map();
    let last,
      times = 0; // neighbours mostly say the same
    for (const instance of instances) {
      const letter = instance.last[target];
      if (letter === last) {
        times++;
        continue;
      }
      if (times) counts.set(last, (counts.get(last) || 0) + times);
      last = letter;
      times = 1;
    }
    if (times) counts.set(last, (counts.get(last) || 0) + times);
    return counts;
  }

  // The words of instances are a large text of their own, read when they are first asked for.
  let details = null;
  function detailsOf(instance) {
    if (!details) {
      details = new Map();
      for (const detail of JSON.parse(window.ipcdrill.data.details)) {
        if (!details.has(detail.instance)) details.set(detail.instance, []);
        details.get(detail.instance).push(detail);
      }
    }
    return details.get(instance.index) || [];
  }

  // A clause that nothing in this report tells of: no case can, none does yet, or its cases were not run.
  function whyNoInstance(clause) {
    if (clause.reason) return 'no case: ' + clause.reason;
    return clause.cases ? 'not run' : 'no case is written yet';
  }

  // Whether the last run of any of these targets says another thing than the one before it.
  const hasChanged = (instance, targets) =>
    targets.some(({index}) => {
      const runs = instance.verdicts[index];
      return runs.length > 1 && runs[runs.length - 1] !== runs[runs.length - 2];
    });

  Object.assign(window.ipcdrill, {
    model: {
      make,
      idOf,
      searchOf,
      clauseSearchOf,
      instanceOf,
      count,
      detailsOf,
      whyNoInstance,
      hasChanged,
      worst: (counts) => verdicts.worst([...counts.keys()]),
    },
  });
})();
