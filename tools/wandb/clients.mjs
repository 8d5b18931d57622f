/**
 * The official W&B clients that `test/wandb-client.spec.ts` runs, each in a Python venv of its own below `.venv/`:
 * `node tools/wandb/clients.mjs [version ...]`. A client that is there already is left as it is; exits with 1 when one
 * can't be installed (no Python, no package index).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The current client, and an older one whose uploads go through other calls. */
const VERSIONS = ['0.31.0', '0.24.2'];

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const run = (program, args) =>
  spawnSync(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;

for (const version of process.argv.length > 2 ? process.argv.slice(2) : VERSIONS) {
  const venv = join(root, '.venv', `wandb-${version}`);
  // pip writes the command last, so a venv with it is whole.
  if (existsSync(join(venv, 'bin/wandb'))) {
    console.log(`${venv} is there`);
    continue;
  }
  rmSync(venv, { recursive: true, force: true });
  const installed =
    run('python3', ['-m', 'venv', venv]) &&
    run(join(venv, 'bin/python'), ['-m', 'pip', 'install', '-qq', '--disable-pip-version-check', `wandb==${version}`]);
  if (!installed) process.exitCode = 1;
  console.log(installed ? `${venv} installed` : `wandb ${version} could not be installed into ${venv}`);
}
