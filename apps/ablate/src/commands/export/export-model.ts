import { cpSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PlannedCell, PlannedRun, SweepPlan } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { InputError, nearestName, publishDirectory, WorkError } from '@tsarank/io';
import { runSweep } from '@tsarank/sweeps';
import { makeExecutor } from '../../executor/make-executor';
import { stopSignal } from '../../executor/stop-signal';
import type { ExperimentOptions } from '../../options/experiment-options';
import { sweepOptions, type SweepOptions } from '../../options/sweep-options';
import { sweepDisplay } from '../run/sweep-display';
import { modelFilesHash, readRecord, runFolder } from '@tsarank/runs';

/** The cell of a variant, by its name or by its label, at a seed. */
export function cellOf(plan: SweepPlan, variant: string, seed: number | undefined): PlannedCell {
  const names = Object.keys(plan.labels);
  const name = names.includes(variant) ? variant : names.find((each) => plan.labels[each] === variant);
  if (name === undefined) {
    const near = nearestName(variant, [...names, ...Object.values(plan.labels)]);
    const hint = near ? `Did you mean "${near}"?` : `There are ${names.join(', ')}.`;
    throw new InputError({ message: `No variant "${variant}" in ${plan.spec.name}. ${hint}` });
  }
  const cells = plan.cells.filter((cell) => cell.variant === name);
  const cell = seed === undefined ? cells[0] : cells.find((each) => each.seed === seed);
  if (cell) return cell;
  const expected = `one of the seeds of ${plan.spec.name}: ${cells.map((each) => each.seed).join(', ')}`;
  throw new InputError({ field: '--seed', found: String(seed), expected });
}

/** The run that made a cell's model. */
export function trainingOf(plan: SweepPlan, { variant, model }: PlannedCell): PlannedRun {
  const run = plan.runs.find(({ runId }) => runId === model);
  if (run) return run;
  const found = `${variant}, which trains nothing`;
  throw new InputError({
    field: 'variant',
    found,
    expected: `a variant that trains; its model is ${plan.spec.base.model}`,
  });
}

/**
 * The model folder of a run, as its record names it.
 *
 * @throws {WorkError} when it is not there, with the command that makes it.
 */
export function keptModel(runsDir: string, { runId }: PlannedRun, command: string): string {
  const { model } = runFolder(runsDir, runId);
  const record = readRecord(runsDir, runId);
  const why =
    record?.status !== 'done'
      ? `run ${runId} is not done`
      : !existsSync(model)
        ? `the model of run ${runId} was not kept`
        : modelFilesHash(model) !== record.result?.modelHash
          ? `${model} is not what run ${runId} left`
          : undefined;
  if (why === undefined) return model;
  throw new WorkError(`${why}. This makes it:\n  ${command}`);
}

/** Executes the stages of a model that was not kept, here. */
export async function trainAgain(plan: SweepPlan, run: PlannedRun, options: ExperimentOptions): Promise<void> {
  const chain = new Set<string>();
  for (let id: string | undefined = run.runId; id !== undefined;) {
    chain.add(id);
    id = plan.runs.find(({ runId }) => runId === id)?.parent;
  }
  const training: SweepPlan = { ...plan, runs: plan.runs.filter(({ runId }) => chain.has(runId)), cells: [] };
  const defaults = Object.fromEntries(
    Object.entries(sweepOptions).flatMap(([name, option]) => ('default' in option ? [[name, option.default]] : [])),
  ) as unknown as SweepOptions;
  const display = sweepDisplay({ label: plan.spec.name, stream: process.stderr });
  const executor = makeExecutor(training, { ...options, ...defaults }, (text) => display({ type: 'notice', text }));
  const stop = stopSignal();
  try {
    await runSweep(training, { runsDir: options.out, executor, keep: 'all', signal: stop.signal, onEvent: display });
  } finally {
    stop.release();
  }
}

/**
 * Copies a run's model out as a Hugging Face folder, with the contract by which it is to be asked beside it.
 *
 * @throws {InputError} when the place holds something already.
 */
export async function exportModel(runsDir: string, run: PlannedRun, model: string, out: string): Promise<void> {
  if (existsSync(out))
    throw new InputError({ field: '--out', found: `${out}, which is there already`, expected: 'a new folder' });
  // On demand: model code loads the tensor engine.
  const { contractFile } = require('@tsarank/model') as typeof import('@tsarank/model');
  const contract = contractOf(run, runsDir);
  await publishDirectory(out, (temporary) => {
    cpSync(model, temporary, { recursive: true });
    writeFileSync(path.join(temporary, contractFile), `${JSON.stringify(contract, null, 2)}\n`);
  });
}

function contractOf(run: PlannedRun, runsDir: string) {
  const { PROMPT } = require('@tsarank/data') as typeof import('@tsarank/data');
  const { config, kind, dataHashes, behaviourVersion } = run;
  const parent: RunRecord | undefined = run.parent === undefined ? undefined : readRecord(runsDir, run.parent);
  const parents = [parent?.result?.modelHash, dataHashes['model']].filter((hash) => hash !== undefined);
  const stage = kind === 'pretrain' ? ('pretrain' as const) : ('finetune' as const);
  return {
    behaviourVersion,
    prompt: `${PROMPT}{query}`,
    maxDocumentTokens: config.text.maxDocumentTokens,
    maxQueryTokens: config.text.maxQueryTokens,
    ...(config.text.specialTokensInText ? { specialTokensInText: true } : {}),
    stage,
    parents,
    config: { seed: config.seed, run: run.runId, ...config[stage], dataHashes },
  };
}
