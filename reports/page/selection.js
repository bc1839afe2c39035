// What the filter of an address leaves of the model: which targets, which instances, and the rows of the matrix.
(() => {
  'use strict';
  const {verdicts, model} = window.ipcdrill;

  // What can be asked for beside single verdicts. `of` is given what the chosen targets say.
  const special = {
    red: {label: 'red: fail or error', of: (letters) => letters.some((letter) => verdicts.isRed(verdicts.of(letter)))},
    'not-pass': {label: 'anything but pass', of: (letters) => letters.some((letter) => !verdicts.isPass(verdicts.of(letter)))},
    changed: {label: 'changed since the run before', of: (letters, instance, targets) => model.hasChanged(instance, targets)},
    'no-case': {label: 'clauses without a case', of: () => false},
  };

  // Targets that an address names and that are here; all when it names none.
  function chosenTargets(data, filter) {
    const wanted = new Set(filter.target.split('|').filter(Boolean));
    const chosen = data.targets.filter((target) => wanted.has(target.label));
    return chosen.length ? chosen : data.targets;
  }

  function instanceTest(data, filter, targets) {
    const ofTier = (instance) => instance.clauses.some((id) => data.clausesById.get(id).tier === filter.tier);
    const wanted = special[filter.verdict];
    const named = verdicts.named(filter.verdict);
    return (instance) => {
      if (filter.tier && filter.by === 'file' && !ofTier(instance)) return false;
      const letters = targets.map(({index}) => instance.last[index]);
      if (filter.differ && letters.every((letter) => letter === letters[0])) return false;
      if (wanted) return wanted.of(letters, instance, targets);
      if (filter.verdict) return letters.some((letter) => verdicts.of(letter) === named);
      return true;
    };
  }

  // Nodes with those of their instances that are wanted. A text that a clause holds wants all of its instances.
  function select(data, filter) {
    const targets = chosenTargets(data, filter);
    const test = instanceTest(data, filter, targets);
    const query = filter.q.toLowerCase().trim();
    const seen = new Set();
    const groups = [];
    const whole = !filter.verdict && !filter.differ;
    for (const group of data.arrangements[filter.by] || data.arrangements.clause) {
      if (filter.group && filter.group !== group.name) continue;
      const nodes = [];
      for (const node of group.nodes) {
        if (filter.tier && filter.by !== 'file' && node.tier !== filter.tier) continue;
        const named = query && model.clauseSearchOf(node).includes(query);
        const instances = node.instances.filter(
          (instance) => (!query || named || model.searchOf(instance).includes(query)) && test(instance),
        );
        const bare = node.instances.length === 0 && (!query || named) && (whole || (filter.verdict === 'no-case' && !node.cases));
        if (instances.length === 0 && !bare) continue;
        nodes.push({node, instances});
        for (const instance of instances) seen.add(instance);
      }
      if (nodes.length) groups.push({group, nodes, instances: [...new Set(nodes.flatMap(({instances}) => instances))]});
    }
    return {targets, groups, instances: seen, narrow: Boolean(query || filter.verdict || filter.differ)};
  }

  // The rows that are to be seen: groups, and below the open ones their nodes, and below these the instances.
  function rows(selection, isOpen) {
    const list = [];
    for (const {group, nodes, instances} of selection.groups) {
      const open = isOpen(group.name);
      list.push({level: 1, key: group.name, group, nodes, instances, open});
      if (!open) continue;
      for (const {node, instances: ofNode} of nodes) {
        const nodeOpen = ofNode.length > 0 && isOpen(group.name + '/' + node.id);
        list.push({level: 2, key: group.name + '/' + node.id, node, instances: ofNode, open: nodeOpen});
        if (nodeOpen) for (const instance of ofNode) list.push({level: 3, instance});
      }
    }
    return list;
  }

  Object.assign(window.ipcdrill, {selection: {special, select, rows, chosenTargets}});
})();
