// What the tests of the page find around them: the tool, results of real runs, pages made from them, a browser.
import {spawnSync} from 'node:child_process';
import {createRequire} from 'node:module';
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

const tool = process.env.IPCDRILL;
export const out = process.env.PAGE_TESTS;
const require = createRequire(join(out, 'package.json'));
const {chromium} = require('playwright-core');

export const folder = (name) => {
  mkdirSync(join(out, name), {recursive: true});
  return join(out, name);
};

// Results of a run of these cases, made once.
const runs = new Map();
export function results(name, ...options) {
  const key = name + ' ' + options.join(' ');
  if (!runs.has(key)) {
    const done = spawnSync(tool, ['run', '--quiet', '--output', folder(name), '--format', 'jsonl', ...options]);
    if (done.status > 1) throw new Error(`${key}: ${done.stderr}`);
    runs.set(key, join(out, name, 'results.jsonl'));
  }
  return runs.get(key);
}

export const records = (path) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

export function write(name, text) {
  folder('.');
  writeFileSync(join(out, name), text);
  return join(out, name);
}

export const writeRecords = (name, list) => write(name, list.map((record) => JSON.stringify(record) + '\n').join(''));

// Makes a page; its address in the file system. `status` is what the tool has to exit with.
export function page(name, args, status = 0) {
  rmSync(join(out, name), {recursive: true, force: true});
  const done = spawnSync(tool, ['report', '--output', join(out, name), ...args], {encoding: 'utf8'});
  if (done.status !== status) throw new Error(`report exits with ${done.status}: ${done.stderr}`);
  return pathToFileURL(join(out, name, 'index.html')).href;
}

// One browser for all tests of a file. A profile of its own, no sandbox (the tests may run as root), no network.
let browser;
export async function open(address, {width = 1280, height = 900, dark = false, bypassCSP = false} = {}) {
  browser =
    browser ||
    (await chromium.launch({
      executablePath: process.env.CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    }));
  const context = await browser.newContext({
    viewport: {width, height},
    colorScheme: dark ? 'dark' : 'light',
    bypassCSP,
    offline: true,
  });
  const tab = await context.newPage();
  tab.troubles = [];
  tab.on('pageerror', (error) => tab.troubles.push(error.message));
  tab.on('console', (message) => message.type() === 'error' && tab.troubles.push(message.text()));
  tab.on('request', (request) => request.url().match(/^(file|data):/) || tab.troubles.push('asks for ' + request.url()));
  tab.on('dialog', (dialog) => tab.troubles.push('a dialog: ' + dialog.message()) && dialog.dismiss());
  await tab.goto(address);
  return tab;
}

export const close = () => browser && browser.close();

export const axe = () => readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
