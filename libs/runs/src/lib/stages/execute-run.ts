import { rmSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import type { RunRecord, RunResult } from '@tsarank/config';
import type { HubSettings } from '@tsarank/hub';
import { WorkError } from '@tsarank/io';
import { loadModel, mergeAdapters, saveModel, type LoadModelOptions } from '@tsarank/model';
import { selectEngine } from '@tsarank/tensor';
import { finetune, pretrain, type TrainingOptions, type TrainingResult } from '@tsarank/training';
import { modelFilesHash } from '../inputs/content-hashes';
import { evaluateModel } from './evaluate-model';
import { InterruptedError, type ExecuteOptions } from '../execution';
import { secondsOf, summarizeLosses, writeLosses, type LossRow } from '../loss-rows';
import { fetchedModelPath } from '../inputs/model-path';
import { finetuneGroups, indexedCollection, pretrainPairs } from '../inputs/run-data';
import { readRecord, runFolder, writeRecord } from '../run-folder';
import type { RunLog } from '../tracking/run-log';
import type { RunProgress } from '../run-progress';
import { trackedStep } from '../tracking/tracked-step';

type Result = Pick<RunRecord, 'result' | 'timings'>;

/**
 * Does one planned run in this process and publishes its record, going on from its checkpoint where there is one. A
 * stage-one run publishes its model; any other starts from its stage-one run's model, or from the base model, trains
 * stage two where there is one, and is evaluated.
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
  const stage = planned.kind === 'pretrain' ? stageOne : stageTwo;
  const { result, timings } = await stage(planned, { runsDir, report, checkpointSeconds, signal, runLog, hub });
  const record: RunRecord = {
    runId: planned.runId,
    kind: planned.kind,
    status: 'done',
    config,
    behaviourVersion: planned.behaviourVersion,
    dataHashes: { ...planned.dataHashes },
    ...(planned.stageId ? { parent: planned.stageId } : {}),
    versions,
    result,
    timings: { ...timings, process: (performance.now() - started) / 1000 },
  };
  writeRecord(runsDir, record);
  rmSync(runFolder(runsDir, planned.runId).checkpoint, { recursive: true, force: true });
  runLog.result(record);
  return record;
}

interface StageOptions {
  runsDir: string;
  report: (progress: RunProgress) => void;
  checkpointSeconds: number;
  signal: AbortSignal;
  runLog: RunLog;
  hub?: () => HubSettings;
}

/** Where the base model lies; a published one that this machine's cache lacks is fetched. */
function basePlace({ config }: PlannedRun, { hub, report }: StageOptions): Promise<string> {
  return fetchedModelPath(config.model, hub, {
    log: console.log,
    onProgress: (done, total) => report({ phase: 'load', done, total }),
  });
}

/** Loading of smaller models is over before anyone could read of it. */
const SHOWN_BYTES = 2 ** 28;

function loadProgress({ report }: StageOptions): LoadModelOptions {
  return { onProgress: (done, total) => (total < SHOWN_BYTES ? undefined : report({ phase: 'load', done, total })) };
}

async function stageOne(planned: PlannedRun, options: StageOptions): Promise<Result> {
  const { config, runId } = planned;
  const folder = runFolder(options.runsDir, runId);
  const { model, tokenizer, hash, contract } = await loadModel(
    await basePlace(planned, options),
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

async function stageTwo(planned: PlannedRun, options: StageOptions): Promise<Result> {
  const { config, runId, stageId } = planned;
  const { runsDir } = options;
  const folder = runFolder(runsDir, runId);
  const parent = stageId === undefined ? undefined : readRecord(runsDir, stageId);
  if (stageId !== undefined && parent?.status !== 'done') throw new WorkError(`stage one (run ${stageId}) is not done`);
  const start = stageId === undefined ? await basePlace(planned, options) : runFolder(runsDir, stageId).model;
  if (parent && modelFilesHash(start) !== parent.result?.modelHash) {
    throw new WorkError(
      `${start}: not the model that stage one (run ${stageId}) left; the same command makes it again`,
    );
  }
  const { model, tokenizer, hash } = await loadModel(start, loadProgress(options));
  const inDomain = indexedCollection(config.data.collection);
  let rows: LossRow[] = [];
  let order: string | undefined;
  if (config.finetune) {
    const settings = config.finetune;
    // With adapters a model is its own reference, without them.
    const apart =
      settings.weights.differencePenalty > 0 && !settings.lora
        ? (await loadModel(start, loadProgress(options))).model
        : undefined;
    const { negatives, weights, temperature, klRows, scoreTransform } = settings;
    const trained = await finetune({
      ...training('finetune', planned, options),
      model,
      reference: apart,
      tokenizer,
      modelHash: hash,
      groups: finetuneGroups(config, inDomain),
      negatives,
      weights,
      temperature,
      klRows,
      scoreTransform,
    });
    requireFinished(trained);
    ({ rows, order } = trained);
    writeLosses(folder.losses, rows);
    mergeAdapters(model);
    apart?.dispose();
  }
  const evaluating = performance.now();
  const measured = await evaluateModel({
    config,
    model,
    tokenizer,
    inDomain,
    onProgress: (done, total) => options.report({ phase: 'evaluate', done, total }),
  });
  model.dispose();
  const evaluate = (performance.now() - evaluating) / 1000;
  const pretraining = parent?.timings.pretrain ?? 0;
  const finetuning = secondsOf(rows);
  const losses = {
    ...(parent?.result?.losses ?? {}),
    ...(rows.length > 0 ? { finetune: summarizeLosses(rows) } : {}),
  };
  const timings = { pretrain: pretraining, finetune: finetuning, evaluate, total: pretraining + finetuning + evaluate };
  const orders = { ...(parent?.result?.order ?? {}), ...(order ? { finetune: order } : {}) };
  return { result: { ...measured, losses, ...(Object.keys(orders).length > 0 ? { order: orders } : {}) }, timings };
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
