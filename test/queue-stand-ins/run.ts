/** Stands for `ablate execute`: a real run's process (locks, parent, signals), but its training only counts. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Execute, executePlannedRun, runFolder, writeRecord } from '@tsarank/runs';

const [file, runsDir] = process.argv.slice(2) as [string, string];
const STEPS = 40;
const STEP_MS = 25;

const count: Execute = async ({ runId, kind, config, behaviourVersion, dataHashes }, { onProgress, signal }) => {
  const tell = (what: string): void =>
    appendFileSync(path.join(runsDir, 'diary.txt'), `${what} ${runId} ${process.pid} ${process.ppid}\n`);
  const checkpoint = `${runFolder(runsDir, runId).folder}/steps.txt`;
  const first = existsSync(checkpoint) ? Number(readFileSync(checkpoint, 'utf8')) : 0;
  tell(first > 0 ? 'resume' : 'start');
  for (let step = first; step < STEPS; step += 1) {
    // While a spec holds it, no run ends by itself, however long the machine takes for the rest.
    while (step === STEPS - 1 && existsSync(path.join(runsDir, 'hold')) && !signal.aborted) await sleep(STEP_MS);
    if (signal.aborted) {
      tell('save');
      process.exit(75);
    }
    await sleep(STEP_MS);
    writeFileSync(checkpoint, String(step + 1));
    onProgress({ phase: 'finetune', done: step + 1, total: STEPS, loss: 1 / (step + 1) });
  }
  const result = { systems: {}, perplexity: { positives: null, heldOut: null }, losses: {} };
  writeRecord(runsDir, {
    runId,
    kind,
    status: 'done',
    config,
    behaviourVersion,
    dataHashes: { ...dataHashes },
    versions: {},
    timings: {},
    result,
  });
  tell('done');
};

void executePlannedRun(file, { runsDir, loadExecute: () => count }).then((code) => process.exit(code));
