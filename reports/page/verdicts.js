// What a run can say of an instance: the letter in the data, the words, and which is worse. The page shows a symbol and
// a word or a number with every colour.
(() => {
  'use strict';

  const table = [
    // letter, name, symbol, meaning; the worst first. A letter that is not here is as bad as an error.
    ['f', 'fail', '✗', 'the answer was another'],
    ['e', 'error', '!', 'trouble of the tool: no verdict'],
    ['x', 'xfail', '⊘', 'a known deviation'],
    ['X', 'xpass', '⊕', 'passed where a deviation is known'],
    ['d', 'pass ≠', '≠', "passed with Linux's answer, where POSIX says another"],
    ['p', 'pass', '✓', 'as expected'],
    ['s', 'skip', '–', 'a need was missing'],
    ['.', 'not run', '·', 'not in this run'],
  ].map(([letter, name, symbol, meaning], rank) => ({letter, name, symbol, meaning, rank}));

  const unknown = {letter: '?', name: 'unknown', symbol: '?', meaning: 'a verdict this page does not know', rank: 1};
  const byLetter = new Map(table.map((verdict) => [verdict.letter, verdict]));

  const of = (letter) => byLetter.get(letter) || unknown;

  Object.assign(window.ipcdrill, {
    verdicts: {
      table,
      of,
      named: (name) => table.find((verdict) => verdict.name === name),
      isRed: (verdict) => verdict.rank <= 1,
      isPass: (verdict) => verdict.letter === 'p' || verdict.letter === 'd',
      // Of several letters the worst. A skip or what was not run stands only where there is nothing else.
      worst: (letters) => letters.reduce((worst, letter) => (of(letter).rank < worst.rank ? of(letter) : worst), of('.')),
    },
  });
})();
