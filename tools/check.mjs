/**
 * Every check of the project: lint, import circles, format, types, then all specs. Runs all of them even if one fails; ends with one line
 * `N passed, N failed` (each of the others counts as one) and exits with 1 if anything failed. Listing the projects
 * first makes Nx's project graph, without which the layer rule is skipped.
 *
 *   npm test -- --node-versions 22,24     a part of the specs under these versions of Node too, from npm's packages
 *   npm test -- libs/losses               any other argument goes to jest
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const folder = mkdtempSync(join(tmpdir(), 'tsarank-check-'));
const bin = (name) => join(root, 'node_modules/.bin', name);
/** What depends on the version of Node: engines, files, processes, locks, tokenizers' Unicode, a whole command. */
const VERSION_SPECS = [
  'libs/tensor/src/lib/engine',
  'libs/io',
  'libs/runs',
  'libs/tokenizer/src/lib/rules',
  'test/readme',
];

const { values, positionals } = parseArgs({
  options: { 'node-versions': { type: 'string' } },
  allowPositionals: true,
  strict: false,
});

function run(label, program, args) {
  console.log(`\n== ${label}`);
  return spawnSync(program, args, { stdio: 'inherit', cwd: root }).status === 0;
}

let passed = 0;
let failed = 0;
const count = (ok) => (ok ? (passed += 1) : (failed += 1));

function specs(label, program, args) {
  const results = join(folder, 'jest.json');
  rmSync(results, { force: true });
  const ok = run(label, program, [...args, '--forceExit', '--json', `--outputFile=${results}`]);
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(results, 'utf8'));
    passed += numPassedTests;
    failed += numFailedTests + numRuntimeErrorTestSuites;
    if (!ok && numFailedTests + numRuntimeErrorTestSuites === 0) failed += 1;
  } catch {
    failed += 1; // jest did not live to report
  }
}

/** The program of another version, from npm's packages of Node's own builds. */
function nodeOfVersion(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const install = ['install', '--no-save', '--no-audit', '--ignore-scripts', '--prefix', folder, `${name}@${version}`];
  if (!run(`Node ${version}`, 'npm', install)) return undefined;
  const program = join(folder, 'node_modules', name, 'bin/node');
  return existsSync(program) ? program : undefined;
}

count(run('projects', bin('nx'), ['show', 'projects']) && run('lint', bin('eslint'), ['.', '--max-warnings', '0']));
count(run('circles', 'npm', ['run', '--silent', 'circles']));
count(run('format', bin('prettier'), ['--check', '.', '--log-level', 'warn']));
count(run('types', bin('tsc'), ['--noEmit', '-p', 'tsconfig.json']));
specs('specs', bin('jest'), positionals);
for (const version of (values['node-versions'] ?? '').split(',').filter(Boolean)) {
  const program = nodeOfVersion(version);
  if (program) specs(`specs under Node ${version}`, program, [bin('jest'), ...VERSION_SPECS]);
  else console.log(`no Node ${version} here: its part is skipped`);
}
rmSync(folder, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
