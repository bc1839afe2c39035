// The address: everything that is looked at is in the fragment, so that a link shows the same to somebody else.
//   #/?q=&verdict=&group=&tier=&target=&by=&differ=   #/case/ID   #/clause/ID   #/target/LABEL   #/findings/N   #/about
(() => {
  'use strict';

  const defaults = {q: '', verdict: '', group: '', tier: '', target: '', by: 'clause', differ: ''};

  function read(fragment) {
    const [path, query] = fragment.replace(/^#?\/?/, '').split('?');
    const [view, ...rest] = path.split('/');
    const filter = {...defaults};
    for (const [name, value] of new URLSearchParams(query || '')) if (name in filter) filter[name] = value;
    let name = rest.join('/');
    try {
      name = decodeURIComponent(name);
    } catch {
      // An address cut in the middle of an escape: it is nobody's.
    }
    return {view, name, filter};
  }

  function write({view, name, filter}) {
    const query = new URLSearchParams();
    for (const key of Object.keys(defaults))
      if (filter && filter[key] && filter[key] !== defaults[key]) query.set(key, filter[key]);
    const text = query.toString();
    return '#/' + (view || '') + (name ? '/' + encodeURIComponent(name).replace(/%2F/g, '/') : '') + (text ? '?' + text : '');
  }

  const to = (view, name, filter) => write({view, name, filter});

  Object.assign(window.ipcdrill, {address: {read, write, to, defaults}});
})();
