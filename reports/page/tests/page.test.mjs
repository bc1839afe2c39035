// The page, with real results: the native system by both routes, and one that is wrong on purpose.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {join} from 'node:path';
import {axe, close, folder, open, out, page, records, results, write, writeRecords} from './surroundings.mjs';

const CASES = [
  'cases/shmget/existing.drill',
  'cases/shmget/flags.drill',
  'cases/shmdt',
  'cases/abi',
  'cases/semget/existing.drill',
];
const isRed = (record) => record.verdict === 'fail' || record.verdict === 'error';
const key = (record) => `${record.file} ${record.title ?? record.case} ${record.instance}`;
let address, libc, raw, deviant;

before(() => {
  libc = results('libc', ...CASES);
  raw = results('raw', '--calls', 'raw', ...CASES);
  deviant = results('deviant', '--deviant', 'shmget_excl_ignored', ...CASES);
  const findings = write(
    'findings.json',
    JSON.stringify([
      {
        kind: 'hang',
        severity: 'high',
        program: 'reader',
        sentence: 'it <b>sleeps</b> for ever',
        how: 'ipcdrill sweep',
        trace: ['reader  semop(0, [{0, -1, 0}], 1 <unfinished ...>'],
        clause: 'SHMGET-07',
      },
    ]),
  );
  address = page('page', [libc, raw, deviant + '=wrong', '--findings', findings]);
});

after(close);

const rows = (tab, level) => tab.locator('.matrix tbody tr' + (level ? '.level-' + level : ''));
const size = async (tab) => Number((await tab.locator('.above .size').textContent()).replace(/\u202f/g, '').split(' ')[0]);

test('it opens from the file system, and asks for nothing else', async () => {
  const tab = await open(address);
  assert.equal(await size(tab), records(libc).length);
  assert.ok((await rows(tab, 1).count()) > 3);
  assert.deepEqual(tab.troubles, []);
});

test('the counts are those of the results', async () => {
  const tab = await open(address);
  await tab.getByText('Counts by target').click();
  for (const [label, path] of [
    ['glibc', libc],
    ['raw', raw],
    ['wrong', deviant],
  ]) {
    const row = tab.locator('.counts').first().locator('tbody tr').filter({hasText: label}).last();
    const numbers = (await row.locator('td').allTextContents()).map(Number);
    assert.equal(
      numbers.reduce((sum, times) => sum + times, 0),
      records(path).length,
      label,
    );
    assert.equal(numbers[0], records(path).filter(isRed).length, label + ' red');
  }
});

test('a filter is in the address, and the address is the filter', async () => {
  const tab = await open(address);
  await tab.locator('input[type=search]').fill('second create');
  const wanted = records(libc).filter((record) =>
    `${record.file}:${record.line} ${record.case}`.toLowerCase().includes('second create'),
  );
  const found = await size(tab);
  assert.ok(found >= wanted.length, `${found} of ${wanted.length}`);
  await tab.locator('input[type=search]').fill('');
  await tab.locator('select[name=verdict]').selectOption('fail');
  assert.equal(await size(tab), records(deviant).filter(isRed).length);
  await tab.locator('select[name=group]').selectOption('shmget');
  await tab.locator('.targets summary').click();
  await tab.locator('input[name=target][value=wrong]').uncheck();
  assert.equal(await size(tab), 0);
  assert.match(await tab.locator('.nothing').textContent(), /Nothing/);
  await tab.getByRole('button', {name: 'all targets'}).click();
  const before = await size(tab);
  assert.ok(before > 0);
  const again = await open(tab.url());
  assert.equal(await size(again), before);
  assert.equal(await again.locator('select[name=verdict]').inputValue(), 'fail');
  assert.equal(await again.locator('select[name=group]').inputValue(), 'shmget');
});

test('a failing case shows what was expected beside what came, in the text of the case', async () => {
  const tab = await open(address + '#/?verdict=red&target=wrong');
  const record = records(deviant).filter(isRed)[0];
  await rows(tab, 3).getByRole('link', {name: record.case, exact: true}).first().click();
  assert.equal(await tab.locator('h1').textContent(), record.case);
  assert.equal(await tab.locator('.side.expected code').textContent(), record.expected);
  assert.equal(await tab.locator('.side.got code').textContent(), record.got);
  assert.notEqual(await tab.locator('.side.expected mark').textContent(), await tab.locator('.side.got mark').textContent());
  assert.equal(Number(await tab.locator('.line.failed .at').textContent()), record.failed_line);
  assert.equal(await tab.locator('.failure .transcript').textContent(), record.transcript.join('\n'));
  await tab.screenshot({path: join(out, 'case.png'), fullPage: true});
  await tab.getByRole('link', {name: 'next red case'}).click();
  assert.notEqual(await tab.locator('h1').textContent(), record.case);
});

test('two targets are compared', async () => {
  const tab = await open(address);
  await tab.locator('.targets summary').click();
  await tab.locator('input[name=target]').nth(1).uncheck();
  await tab.locator('input[name=differ]').check();
  const other = new Map(records(deviant).map((record) => [key(record), record]));
  const letter = (record) => record.verdict + record.deviates;
  const differing = records(libc).filter((record) => letter(record) !== letter(other.get(key(record))));
  assert.ok(differing.length > 0);
  assert.equal(await size(tab), differing.length);
  assert.equal(await tab.locator('.matrix thead .target').count(), 2);
  await tab.screenshot({path: join(out, 'compare.png')});
});

test('every row has a link to itself', async () => {
  const tab = await open(address + '#/?q=shmget');
  for (const level of [1, 2, 3]) {
    const link = rows(tab, level).first().locator('th a').first();
    const name = await link.textContent();
    const there = await open(new URL(await link.getAttribute('href'), address).href);
    assert.ok((await there.locator('main').textContent()).includes(name), name);
    assert.equal(await there.locator('h1').count(), 1);
    assert.deepEqual(there.troubles, []);
  }
});

test('the keyboard goes everywhere', async () => {
  const tab = await open(address);
  const focused = (what) => tab.evaluate(what);
  await tab.keyboard.press('Tab');
  assert.equal(await focused(() => document.activeElement.id), 'skip');
  await tab.keyboard.press('/');
  assert.equal(await focused(() => document.activeElement.name), 'q');
  await tab.keyboard.type('excl');
  assert.equal(await tab.locator('input[type=search]').inputValue(), 'excl');
  const found = await size(tab);
  assert.ok(found > 0 && found < records(libc).length);
  await rows(tab, 2).locator('button').first().focus();
  const before = await rows(tab).count();
  await tab.keyboard.press('ArrowLeft');
  assert.ok((await rows(tab).count()) < before);
  assert.equal(await focused(() => document.activeElement.getAttribute('aria-expanded')), 'false');
  await tab.keyboard.press('ArrowRight');
  assert.equal(await rows(tab).count(), before);
  await tab.keyboard.press('ArrowDown');
  assert.equal(await focused(() => document.activeElement.closest('tr').className), 'level-3');
  await tab.keyboard.press('Enter');
  assert.equal(await tab.locator('.says').count(), 1);
  assert.equal(await focused(() => document.activeElement.id), 'main');
  await tab.keyboard.press('Escape');
  await rows(tab, 1).first().waitFor();
});

test('no verdict is told by colour alone', async () => {
  const tab = await open(address + '#/?verdict=not-pass');
  const cells = await tab
    .locator('.matrix td')
    .evaluateAll((all) => all.map((cell) => ({text: cell.textContent, symbol: cell.querySelector('.symbol')?.textContent})));
  assert.ok(cells.length > 10);
  for (const {text, symbol} of cells) assert.ok(symbol && /pass|fail|error|skip|not run/.test(text), text);
});

test('runs of a target are its history', async () => {
  const fail = (record) => ({...record, verdict: 'fail', reason: 'r', expected: 'a', got: 'b'});
  const broken = writeRecords(
    'broken.jsonl',
    records(libc).map((record, index) => (index === 0 ? fail(record) : record)),
  );
  const address = page('history', [...[libc, broken, broken, libc].map((path) => path + '=x'), libc + '=y']);
  const tab = await open(address + '#/target/x');
  const changes = await tab
    .locator('tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.querySelectorAll('.count')].map((cell) => cell.textContent).join(' ')));
  assert.deepEqual(changes, [' ', '1 0', '0 0', '0 1']); // broke, mended
  await tab.getByRole('link', {name: 'what changed'}).click();
  await tab.locator('.above .size').waitFor();
  assert.equal(await size(tab), 1);
});

test('findings are there when their file is', async () => {
  const tab = await open(address + '#/findings');
  assert.match(await tab.locator('.finding').textContent(), /it <b>sleeps<\/b> for ever/);
  const chosen = await open(address + '#/findings/1');
  assert.match(await chosen.locator('.finding.chosen pre').innerText(), /unfinished/);
  const without = await open(page('bare', [libc]));
  assert.equal(await without.getByRole('link', {name: 'Findings'}).count(), 0);
});

test('findings alone are a page too', async () => {
  folder('alone');
  write('alone/findings.json', JSON.stringify([{kind: 'sweep', sentence: 'it hangs', case: 'cases/burst.drill'}]));
  const tab = await open(page('alone-page', [join(out, 'alone')]));
  assert.match(await tab.locator('.finding').textContent(), /it hangs.*cases\/burst\.drill/);
});

test('hostile text stays text', async () => {
  const evil = '</script><script>alert(1)</script><img src=x onerror=alert(2)>\u001b[31m \u202e\u2028 javascript:alert(3)';
  const [good] = records(libc);
  const {known, ...record} = {
    ...good,
    case: evil,
    file: 'cases/' + evil,
    group: evil,
    clauses: [evil],
    verdict: 'fail',
    reason: evil,
    expected: evil,
    got: evil + '!',
    failed_line: 1,
    transcript: [evil],
    target: {...good.target, kernel: evil, libc: evil},
  };
  const address = page('hostile', [
    writeRecords('evil.jsonl', [{...record, known: null}]),
    '--findings',
    write('evil.json', JSON.stringify([{kind: evil, sentence: evil, program: evil, clause: evil, how: evil, trace: [evil]}])),
  ]);
  const tab = await open(address + '#/?verdict=red');
  const links = [
    await rows(tab, 3).locator('th a').getAttribute('href'),
    await rows(tab, 2).locator('th a').getAttribute('href'),
    await tab.locator('.matrix thead a').getAttribute('href'),
    '#/findings',
    '#/about',
  ];
  for (const link of links) {
    await tab.goto(new URL(link, address).href);
    await tab.waitForFunction(() => document.querySelector('main').textContent.includes('<script>alert(1)</script>'));
    assert.doesNotMatch(await tab.locator('body').textContent(), /[\u001b\u202e\u2028]/);
    assert.equal(await tab.locator('main script, main img').count(), 0);
  }
  assert.deepEqual(tab.troubles, []);
});

test('results that are damaged are told of on the page', async () => {
  const [first, second] = records(libc);
  const text = JSON.stringify(first) + '\n' + JSON.stringify(second).slice(0, 100);
  const tab = await open(page('damaged', [write('cut.jsonl', text)], 2));
  assert.match(await tab.locator('.problems').textContent(), /cut\.jsonl:2/);
});

test('a verdict that the page does not know is red', async () => {
  const tab = await open(address);
  assert.ok(await tab.evaluate(() => ipcdrill.verdicts.isRed(ipcdrill.verdicts.of('Z'))));
  assert.equal(await tab.evaluate(() => ipcdrill.verdicts.worst(['p', 'Z', 's']).name), 'unknown');
  assert.equal(await tab.evaluate(() => ipcdrill.verdicts.worst(['s', 'p']).name), 'pass');
  assert.equal(await tab.evaluate(() => ipcdrill.verdicts.worst(['s', '.', 's']).name), 'skip');
});

test('an address that is nobody’s says so', async () => {
  for (const [fragment, words] of [
    ['#/case/none', 'No such case'],
    ['#/clause/NONE-1', 'No such clause'],
    ['#/target/none', 'No such target'],
    ['#/case/%E0%A4%A', 'No such case'],
  ]) {
    const tab = await open(address + fragment);
    assert.equal(await tab.locator('h1').textContent(), words);
    assert.deepEqual(tab.troubles, []);
  }
});

const views = [
  '#/',
  '#/?verdict=not-pass',
  '#/?q=shmget&by=file',
  '#/clause/SHMGET-07',
  '#/target/wrong',
  '#/findings',
  '#/about',
  'case',
];

for (const [name, look] of Object.entries({desktop: {}, dark: {dark: true}, phone: {width: 360, height: 780}})) {
  test(`axe finds nothing, and nothing is wider than the window: ${name}`, async () => {
    for (const view of views) {
      const tab = await open(address + (view === 'case' ? '#/?verdict=red&target=wrong' : view), {
        ...look,
        bypassCSP: true,
      });
      if (view === 'case') await rows(tab, 3).first().locator('th a').click();
      await tab.evaluate(axe());
      const {violations} = await tab.evaluate(() => axe.run());
      assert.deepEqual(
        violations.map(({id, nodes}) => `${view} ${id}: ${nodes[0].html} ${nodes[0].failureSummary}`),
        [],
      );
      assert.ok(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), view + ' is too wide');
      await tab.screenshot({path: join(out, `${name}-${views.indexOf(view)}.png`)});
    }
  });
}
