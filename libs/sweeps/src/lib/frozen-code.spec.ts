import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freezeCode } from './frozen-code';

let root: string;
let into: string;
const put = (name: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
};
/** What the workspace's program prints, started from a copy of it. */
const printed = (copy: string): string =>
  execFileSync(process.execPath, [path.join(copy, 'apps/say/main.js')], { encoding: 'utf8', stdio: 'pipe' }).trim();

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'frozen-'));
  into = path.join(root, 'runs/.code');
  put('package.json', '{}');
  put('package-lock.json', '{"lockfileVersion":3}');
  put(
    'apps/say/main.js',
    `console.log(require('@own/word').word, require('other').version, require('@far/scoped').version)`,
  );
  put('apps/say/main.spec.ts', 'never run');
  put('libs/word/index.js', `exports.word = 'first ' + require('nested').version`);
  put('libs/word/data/model.safetensors', 'weights');
  put('libs/runs/index.js', 'a library by the name of a usual output folder');
  put('libs/word/node_modules/nested/index.js', 'exports.version = 1');
  put('node_modules/other/index.js', 'exports.version = require("deeper").version');
  put('node_modules/deeper/index.js', 'exports.version = 2');
  put('node_modules/@far/scoped/index.js', 'exports.version = 3');
  put('node_modules/.package-lock.json', '{}');
  mkdirSync(path.join(root, 'node_modules/@own'));
  symlinkSync('../../libs/word', path.join(root, 'node_modules/@own/word'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('freezeCode', () => {
  it('goes on running what was frozen, its own libraries too, when the sources change', () => {
    const copy = freezeCode(root, into);
    expect(printed(copy)).toBe('first 1 2 3');
    put('libs/word/index.js', `exports.word = 'second'`);
    put('apps/say/main.js', 'throw new Error("changed")');
    expect(printed(copy)).toBe('first 1 2 3');
    expect(realpathSync(path.join(copy, 'node_modules/@own/word'))).toBe(realpathSync(path.join(copy, 'libs/word')));
    expect(() => printed(root)).toThrow('changed');
  });

  it('copies a library that is named as the folder of all runs', () => {
    expect(existsSync(path.join(freezeCode(root, into), 'libs/runs/index.js'))).toBe(true);
  });

  it('shares a copy between equal sources, and makes another for a change in any of them', () => {
    const first = freezeCode(root, into);
    put('apps/say/main.spec.ts', 'specs are not run');
    put('libs/word/README.md', 'nor are words');
    expect(freezeCode(root, into)).toBe(first);
    put('libs/word/data/model.safetensors', 'other weights');
    const second = freezeCode(root, into);
    put('package-lock.json', '{"lockfileVersion":2}');
    const third = freezeCode(root, into);
    expect(new Set([first, second, third]).size).toBe(3);
    expect(path.basename(third).split('-')[0]).toBe(path.basename(second).split('-')[0]);
    expect(readdirSync(into).sort()).toEqual([first, second, third].map((copy) => path.basename(copy)).sort());
    expect(existsSync(path.join(first, 'apps/say/main.spec.ts'))).toBe(false);
  });

  it('says what is wrong where a copy cannot be written, and leaves nothing half made', () => {
    writeFileSync(path.join(root, 'file'), '');
    expect(() => freezeCode(root, path.join(root, 'file'))).toThrow(/file.*the code can't be copied \(E/);
    mkdirSync(into, { recursive: true });
    rmSync(path.join(root, 'node_modules/other'), { recursive: true });
    symlinkSync('nowhere', path.join(root, 'node_modules/other'));
    expect(() => freezeCode(root, into)).toThrow("the code can't be copied");
    expect(readdirSync(into)).toEqual([]);
  });
});
