/**
 * Every check of the project: lint, format, types, then all specs. Runs all of them even if one fails; ends with one line
 * `N passed, N failed` (lint, format and types count as one each) and exits with 1 if anything failed. Listing the projects
 * first makes Nx's project graph, without which the layer rule is skipped.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'tsarank-check-'));
const results = join(folder, 'jest.json');
const bin = (name) => join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../node_modules/.bin', name);

function run(label, name, args) {
  console.log(`\n== ${label}`);
  return spawnSync(bin(name), args, { stdio: 'inherit' }).status === 0;
}

let passed = 0;
let failed = 0;
const count = (ok) => (ok ? (passed += 1) : (failed += 1));

count(run('projects', 'nx', ['show', 'projects']) && run('lint', 'eslint', ['.', '--max-warnings', '0']));
count(run('format', 'prettier', ['--check', '.', '--log-level', 'warn']));
count(run('types', 'tsc', ['--noEmit', '-p', 'tsconfig.json']));
const specs = run('specs', 'jest', ['--forceExit', '--json', `--outputFile=${results}`, ...process.argv.slice(2)]);
try {
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(results, 'utf8'));
  passed += numPassedTests;
  failed += numFailedTests + numRuntimeErrorTestSuites;
} catch {
  failed += 1; // jest did not live to report
}
rmSync(folder, { recursive: true, force: true });
if (!specs && failed === 0) failed = 1;
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
