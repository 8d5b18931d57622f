import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, hostname } from 'node:os';
import path from 'node:path';
import type { PlannedRun } from '@tsarank/ablation';
import type { HubSettings } from '@tsarank/hub';
import { canonicalJson, readJson, sha256, WorkError, writeFileAtomic } from '@tsarank/io';
import { lastReason } from '@tsarank/runs';
import { calibrate } from './calibrate';
import type { ModelShape } from '../model-shape';
import { probeTask, type ProbeReport, type ProbeTask } from './probe-task';
import type { Calibration } from '../run-estimate';

export interface ProbeMachineOptions {
  /** Folder where the result is kept (`.probe.json`). */
  keptIn: string;
  shape: ModelShape;
  /** Runs at a time: as many probes run side by side, for they share the cores as the runs will. */
  jobs: number;
  /** Threads of each run's engine. */
  threads: number;
  /** Module and arguments of a process that calls `answerProbe`. */
  command: readonly [string, ...string[]];
  /** The machine has other work: what is measured holds for now, and is not kept. */
  busy?: boolean;
  /** Told before anything is measured; not called where the result is kept already. */
  onStart?: () => void;
}

const FILE = '.probe.json';
/** Calibrations kept, the latest last. */
const KEPT = 20;
/** A probe that takes longer is given up. */
const TIMEOUT_MS = 180_000;

/**
 * Measures what runs take on this machine: each of `jobs` processes side by side loads the runs' own model with their own
 * engine, takes a few steps of each stage that they have, and scores a few batches. Takes seconds, and is kept
 * for the same model, data, engine, threads, machine, behaviour version and kinds of steps.
 *
 * @param runs Of one model and engine; at least one.
 * @throws {WorkError} when a probe process fails, with its reason.
 */
export async function probeMachine(runs: readonly PlannedRun[], options: ProbeMachineOptions): Promise<Calibration> {
  const { keptIn, shape, jobs, threads, command, busy, onStart } = options;
  const task = probeTask(runs, shape, threads);
  const file = path.join(keptIn, FILE);
  const key = probeKey(runs[0]!, task, jobs);
  const kept = readKept(file);
  if (kept[key]) return kept[key];
  onStart?.();
  const calibration = calibrate(await Promise.all(Array.from({ length: jobs }, () => startProbe(command, task))));
  if (busy) return calibration;
  writeFileAtomic(
    file,
    `${JSON.stringify(Object.fromEntries([...Object.entries(kept).slice(1 - KEPT), [key, calibration]]))}\n`,
  );
  return calibration;
}

/**
 * A probe process's side: measures the task that its parent sends, and sends the report back.
 *
 * @param hub Where models named `hf:` are kept; asked when there is one.
 */
export async function answerProbe(hub?: () => HubSettings): Promise<void> {
  const task = await new Promise<ProbeTask>((resolve) =>
    process.once('message', (message) => resolve(message as ProbeTask)),
  );
  const { measureProbe } = require('./measure-probe') as typeof import('./measure-probe');
  const report = await measureProbe(task, hub);
  await new Promise((resolve) =>
    process.send!({ ...report, ended: performance.now() / 1000 } satisfies SentReport, undefined, undefined, resolve),
  );
}

interface SentReport extends ProbeReport {
  /** Seconds since the process started. */
  ended: number;
}

/** What a calibration holds for; settings that change no cost, such as a learning rate, are no part of it. */
function probeKey({ dataHashes, behaviourVersion, config }: PlannedRun, task: ProbeTask, jobs: number): string {
  const kind = (each: PlannedRun['config']): unknown => {
    const { pretrain, finetune, data, text } = each;
    return {
      data,
      text,
      pretrain: pretrain && {
        batchSize: pretrain.batchSize,
        topLayers: pretrain.topLayers,
        lora: pretrain.lora,
        pairs: pretrain.pairs,
        limit: pretrain.pairsLimit,
      },
      finetune: finetune && {
        batchSize: finetune.batchSize,
        negatives: finetune.negatives,
        topLayers: finetune.topLayers,
        lora: finetune.lora,
        klRows: finetune.klRows,
        groups: finetune.groups,
        terms: Object.values(finetune.weights).map((weight) => weight > 0),
      },
    };
  };
  const machine = { host: hostname(), processors: cpus().map(({ model }) => model), node: process.version };
  const work = {
    pretrain: task.pretrain.map(kind),
    finetune: task.finetune.map(kind),
    evaluate: task.evaluate.map(({ data, text, evaluation }) => ({ data, text, evaluation })),
  };
  const { engine, precision } = config;
  return sha256(
    canonicalJson({ machine, dataHashes, behaviourVersion, engine, precision, threads: task.threads, jobs, work }),
  );
}

function readKept(file: string): Record<string, Calibration> {
  if (!existsSync(file)) return {};
  try {
    return readJson(file) as Record<string, Calibration>;
  } catch {
    return {}; // damaged: measured anew
  }
}

async function startProbe(
  [module, ...args]: readonly [string, ...string[]],
  task: ProbeTask,
): Promise<ProbeReport & { end: number }> {
  const started = performance.now();
  const child: ChildProcess = fork(module, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  let errors = '';
  child.stderr?.on('data', (text: Buffer) => (errors = `${errors}${text.toString()}`.slice(-4000)));
  try {
    const report = await new Promise<SentReport>((resolve, reject) => {
      let sent: SentReport | undefined;
      child.on('message', (message) => (sent = message as SentReport));
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        if (sent) return resolve(sent);
        const last = lastReason(errors) ?? `it ended with ${signal ?? `code ${code}`}`;
        return reject(new WorkError(`the probe failed: ${last}`));
      });
      child.send(task);
    });
    // Starting the process, as its parent sees it, and ending it.
    return { ...report, end: (performance.now() - started) / 1000 - report.ended };
  } finally {
    clearTimeout(timer);
    if (child.exitCode === null) child.kill('SIGKILL');
  }
}
