/**
 * What a logged row costs: `npx tsx tools/bench/log-rows.ts [--rows N] [--python PATH]`. Prints the microseconds of one
 * `log` of five series by `wandbTracker` (history and summary in the file when it returns) and, with the Python of a
 * venv that has the official client, of its `run.log` offline; best and median of five rounds each, alternating.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wandbTracker } from '@tsarank/tracking';

const ROUNDS = 5;

const { values: options } = parseArgs({
  options: { rows: { type: 'string', default: '5000' }, python: { type: 'string' } },
});

const PYTHON = `
import os, sys, time
os.environ.update(WANDB_MODE='offline', WANDB_SILENT='true', WANDB_DIR=sys.argv[1], WANDB_CONSOLE='off')
import wandb
run = wandb.init(project='bench', settings=wandb.Settings(x_disable_stats=True))
count = int(sys.argv[2])
started = time.perf_counter()
for step in range(count):
    run.log({'train/loss': 1 / (step + 1), 'train/rank': 0.5, 'train/nextToken': 2.5, 'train/differencePenalty': 0.01, 'examples': 4 * step})
spent = time.perf_counter() - started
run.finish()
print(spent / count * 1e6)
`;

function ours(dir: string, rows: number): number {
  const run = { runId: 'bench', project: 'bench', group: 'g', jobType: 'j', name: 'n', tags: [], config: {} };
  const tracker = wandbTracker(dir, run, {
    onTrouble: (message) => {
      throw new Error(message);
    },
  });
  const started = performance.now();
  for (let step = 0; step < rows; step += 1) {
    tracker.log(step, {
      'train/loss': 1 / (step + 1),
      'train/rank': 0.5,
      'train/nextToken': 2.5,
      'train/differencePenalty': 0.01,
      examples: 4 * step,
    });
  }
  const spent = performance.now() - started;
  tracker.finish(0);
  return (spent / rows) * 1000;
}

function official(python: string, dir: string, rows: number): number {
  const printed = execFileSync(python, ['-c', PYTHON, dir, String(rows)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Number(printed.trim().split('\n').at(-1));
}

const summary = (name: string, values: readonly number[]): string => {
  const sorted = [...values].sort((a, b) => a - b);
  return `${name}\tbest ${sorted[0]!.toFixed(1)} µs\tmedian ${sorted[sorted.length >> 1]!.toFixed(1)} µs a row`;
};

function main(): void {
  const { python } = options;
  const rows = Number(options.rows);
  const dir = mkdtempSync(join(tmpdir(), 'log-rows-'));
  const [here, busy, there]: [number[], number[], number[]] = [[], [], []];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = process.cpuUsage();
      here.push(ours(join(dir, `ours-${round}`), rows));
      const { user, system } = process.cpuUsage(before);
      busy.push((user + system) / rows);
      if (python !== undefined) there.push(official(python, dir, rows));
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  process.stdout.write(`${summary('wandbTracker', here)}\n${summary('  of it processor time', busy)}\n`);
  if (python !== undefined) process.stdout.write(`${summary('wandb.log (official, offline)', there)}\n`);
}

main();
