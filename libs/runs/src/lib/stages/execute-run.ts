import { rmSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import type { RunRecord, RunResult } from '@tsarank/config';
import { WorkError } from '@tsarank/io';
import { loadModel, mergeAdapters, saveModel } from '@tsarank/model';
import { selectEngine } from '@tsarank/tensor';
import { finetune, pretrain, type TrainingOptions, type TrainingResult } from '@tsarank/training';
import { modelFilesHash } from '../inputs/content-hashes';
import { scoreStage } from './score-stage';
import { loadProgress, startingPlace, type StageOptions, type StageResult } from './starting-model';
import { InterruptedError, type ExecuteOptions } from '../execution';
import { secondsOf, summarizeLosses, writeLosses } from '../loss-rows';
import { finetuneGroups, pretrainPairs } from '../inputs/run-data';
import { measuredScores } from '../measured-runs';
import { runFolder, writeRecord } from '../run-folder';
import type { RunProgress } from '../run-progress';
import { trackedStep } from '../tracking/tracked-step';

/**
 * Does one planned run in this process and publishes its record, going on from where an earlier attempt left off. A run
 * that trains starts from its parent's model, or from the base model, and publishes its own; a scoring run publishes the
 * ranking of one test set.
 *
 * @throws {InterruptedError} when `signal` stopped it; what was trained is saved.
 * @throws What made the run fail; no record is written then.
 */
export async function executeRun(
  planned: PlannedRun,
  { runsDir, onProgress, signal, runLog, checkpointSeconds = 15, threads, hub }: ExecuteOptions,
): Promise<RunRecord> {
  const started = performance.now();
  const { config } = planned;
  if (config.precision !== 'float32')
    throw new WorkError(`the engine has no ${config.precision} yet; use --precision float32`);
  onProgress({ phase: 'load', done: 0, total: 1 });
  const engine = await selectEngine(config.engine, { threads });
  const versions = { node: process.version, engine: `${engine.name} ${engine.version}` };
  const report = (progress: RunProgress): void => {
    if (signal.aborted && progress.phase === 'evaluate') throw new InterruptedError();
    onProgress(progress);
  };
  const stages = { pretrain: stageOne, finetune: stageTwo, score: scoreStage };
  const { result, timings } = await stages[planned.kind](planned, {
    runsDir,
    report,
    checkpointSeconds,
    signal,
    runLog,
    hub,
  });
  const record: RunRecord = {
    runId: planned.runId,
    kind: planned.kind,
    status: 'done',
    config,
    behaviourVersion: planned.behaviourVersion,
    dataHashes: { ...planned.dataHashes },
    ...(planned.parent ? { parent: planned.parent } : {}),
    ...(planned.set ? { set: planned.set.name } : {}),
    versions,
    result,
    timings: { ...timings, process: (performance.now() - started) / 1000 },
  };
  writeRecord(runsDir, record);
  rmSync(runFolder(runsDir, planned.runId).checkpoint, { recursive: true, force: true });
  runLog.result(planned.set ? measuredScores(planned, record, runsDir) : record);
  return record;
}

async function stageOne(planned: PlannedRun, options: StageOptions): Promise<StageResult> {
  const { config, runId } = planned;
  const folder = runFolder(options.runsDir, runId);
  const { model, tokenizer, hash, contract } = await loadModel(
    await startingPlace(planned, options),
    loadProgress(options),
  );
  const trained = await pretrain({
    ...training('pretrain', planned, options),
    model,
    tokenizer,
    modelHash: hash,
    pairs: pretrainPairs(config),
    rows: 'query',
  });
  requireFinished(trained);
  writeLosses(folder.losses, trained.rows);
  mergeAdapters(model);
  await saveModel(folder.model, { model, tokenizer, contract });
  model.dispose();
  const seconds = secondsOf(trained.rows);
  const result: RunResult = {
    systems: {},
    perplexity: { positives: null, heldOut: null },
    losses: { pretrain: summarizeLosses(trained.rows) },
    ...(trained.order ? { order: { pretrain: trained.order } } : {}),
    modelHash: modelFilesHash(folder.model),
  };
  return { result, timings: { pretrain: seconds, total: seconds } };
}

async function stageTwo(planned: PlannedRun, options: StageOptions): Promise<StageResult> {
  const { config, runId } = planned;
  const folder = runFolder(options.runsDir, runId);
  const start = await startingPlace(planned, options);
  const { model, tokenizer, hash, contract } = await loadModel(start, loadProgress(options));
  const settings = config.finetune!;
  // With adapters a model is its own reference, without them.
  const reference =
    settings.weights.differencePenalty > 0 && !settings.lora
      ? (await loadModel(start, loadProgress(options))).model
      : undefined;
  const { negatives, weights, temperature, klRows, scoreTransform } = settings;
  const trained = await finetune({
    ...training('finetune', planned, options),
    ...{ model, reference, tokenizer },
    modelHash: hash,
    groups: finetuneGroups(config),
    ...{ negatives, weights, temperature, klRows, scoreTransform },
  });
  requireFinished(trained);
  writeLosses(folder.losses, trained.rows);
  mergeAdapters(model);
  reference?.dispose();
  await saveModel(folder.model, { model, tokenizer, contract });
  model.dispose();
  const seconds = secondsOf(trained.rows);
  const result: RunResult = {
    systems: {},
    perplexity: { positives: null, heldOut: null },
    losses: { finetune: summarizeLosses(trained.rows) },
    ...(trained.order ? { order: { finetune: trained.order } } : {}),
    modelHash: modelFilesHash(folder.model),
  };
  return { result, timings: { finetune: seconds, total: seconds } };
}

/** What both stages are told alike, and whom they tell of each step. */
function training(
  phase: 'pretrain' | 'finetune',
  { config, runId }: PlannedRun,
  { runsDir, report, checkpointSeconds, signal, runLog }: StageOptions,
): Omit<TrainingOptions, 'model' | 'tokenizer'> {
  const { seed, text } = config;
  const settings = config[phase]!;
  const { steps, batchSize, learningRate, schedule, warmupRatio, clipNorm, topLayers, lora } = settings;
  return {
    ...{ seed, steps, batchSize, learningRate, schedule, warmupRatio, clipNorm, topLayers, lora },
    ...text,
    order: 'shuffled',
    signal,
    checkpoint: { dir: runFolder(runsDir, runId).checkpoint, everySeconds: checkpointSeconds },
    onStep: (row) => {
      report({ phase, done: row.step + 1, total: steps, loss: row.loss, tokensPerSecond: row.tokens / row.seconds });
      runLog.step(trackedStep(settings, row));
    },
    onResume: ({ length }) => {
      report({ phase, done: length, total: steps });
      runLog.resume(length);
    },
  };
}

function requireFinished({ finished }: TrainingResult): void {
  if (!finished) throw new InterruptedError();
}
