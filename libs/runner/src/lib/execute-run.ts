import { rmSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import type { FinetuneConfig, PretrainConfig, RunRecord, RunResult } from '@tsarank/config';
import { WorkError } from '@tsarank/io';
import { loadModel, saveModel } from '@tsarank/model';
import { selectEngine } from '@tsarank/tensor';
import { finetune, pretrain } from '@tsarank/training';
import { evaluateModel } from './evaluate-model';
import { secondsOf, summarizeLosses, writeLosses, type LossRow } from './loss-rows';
import type { Phase, RunProgress } from './run-cost';
import { finetuneGroups, indexedCollection, pretrainPairs } from './run-data';
import { readRecord, runFolder, writeRecord } from './run-folder';
import { modelPath } from './content-hashes';

export interface ExecuteRunOptions {
  /** Folder of all runs. */
  runsDir: string;
  onProgress?: (progress: RunProgress) => void;
  /** How often a training in progress is saved; default 15. */
  checkpointSeconds?: number;
  /** Threads of an engine that has several; default: what its library takes. */
  threads?: number;
}

type Result = Pick<RunRecord, 'result' | 'timings'>;

/**
 * Does one planned run in this process and publishes its record, going on from its checkpoint where there is one. A
 * stage-one run publishes its model; any other starts from its stage-one run's model, or from the base model, trains
 * stage two where there is one, and is evaluated.
 *
 * @throws What made the run fail; no record is written then.
 */
export async function executeRun(
  planned: PlannedRun,
  { runsDir, onProgress = () => undefined, checkpointSeconds = 15, threads }: ExecuteRunOptions,
): Promise<RunRecord> {
  const started = performance.now();
  const { config } = planned;
  if (config.precision !== 'float32') throw new WorkError(`the engine has no ${config.precision} yet; use --precision float32`);
  onProgress({ phase: 'load', done: 0, total: 1 });
  const engine = await selectEngine(config.engine, { threads });
  const versions = { node: process.version, engine: `${engine.name} ${engine.version}` };
  const report = (phase: Phase) => (done: number, total: number) => onProgress({ phase, done, total });
  const stage = planned.kind === 'pretrain' ? stageOne : stageTwo;
  const { result, timings } = await stage(planned, { runsDir, report, checkpointSeconds });
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
  return record;
}

interface StageOptions {
  runsDir: string;
  report: (phase: Phase) => (done: number, total: number) => void;
  checkpointSeconds: number;
}

async function stageOne(planned: PlannedRun, { runsDir, report, checkpointSeconds }: StageOptions): Promise<Result> {
  const { config, runId } = planned;
  const folder = runFolder(runsDir, runId);
  const settings = config.pretrain!;
  const { model, tokenizer, hash, contract } = await loadModel(modelPath(config.model));
  const trained = await pretrain({
    ...training(settings, config),
    model,
    tokenizer,
    modelHash: hash,
    pairs: pretrainPairs(config),
    rows: 'query',
    checkpoint: { dir: folder.checkpoint, everySeconds: checkpointSeconds },
    onStep: ({ step }) => report('pretrain')(step + 1, settings.steps),
    onResume: (rows) => report('pretrain')(rows.length, settings.steps),
  });
  writeLosses(folder.losses, trained.rows);
  await saveModel(folder.model, { model, tokenizer, contract });
  model.dispose();
  const seconds = secondsOf(trained.rows);
  return { result: { ...noResult(), losses: { pretrain: summarizeLosses(trained.rows) } }, timings: { pretrain: seconds, total: seconds } };
}

async function stageTwo(planned: PlannedRun, { runsDir, report, checkpointSeconds }: StageOptions): Promise<Result> {
  const { config, runId, stageId } = planned;
  const folder = runFolder(runsDir, runId);
  const parent = stageId === undefined ? undefined : readRecord(runsDir, stageId);
  if (stageId !== undefined && parent?.status !== 'done') throw new WorkError(`stage one (run ${stageId}) is not done`);
  const start = stageId === undefined ? modelPath(config.model) : runFolder(runsDir, stageId).model;
  const { model, tokenizer, hash } = await loadModel(start);
  const inDomain = indexedCollection(config.data.collection);
  let rows: LossRow[] = [];
  if (config.finetune) {
    const settings = config.finetune;
    const reference = settings.weights.differencePenalty > 0 ? (await loadModel(start)).model : model;
    const { negatives, weights, temperature, klRows, scoreTransform } = settings;
    const trained = await finetune({
      ...training(settings, config),
      model,
      reference,
      tokenizer,
      modelHash: hash,
      groups: finetuneGroups(config, inDomain),
      negatives,
      weights,
      temperature,
      klRows,
      scoreTransform,
      checkpoint: { dir: folder.checkpoint, everySeconds: checkpointSeconds },
      onStep: ({ step }) => report('finetune')(step + 1, settings.steps),
      onResume: (resumed) => report('finetune')(resumed.length, settings.steps),
    });
    rows = trained.rows;
    writeLosses(folder.losses, rows);
    if (reference !== model) reference.dispose();
  }
  const evaluating = performance.now();
  const measured = await evaluateModel({ config, model, tokenizer, inDomain, onProgress: report('evaluate') });
  model.dispose();
  const evaluate = (performance.now() - evaluating) / 1000;
  const pretraining = parent?.timings.pretrain ?? 0;
  const finetuning = secondsOf(rows);
  const losses = {
    ...(parent?.result?.losses ?? {}),
    ...(rows.length > 0 ? { finetune: summarizeLosses(rows) } : {}),
  };
  const timings = { pretrain: pretraining, finetune: finetuning, evaluate, total: pretraining + finetuning + evaluate };
  return { result: { ...measured, losses }, timings };
}

/** What both stages are told alike. */
function training(settings: PretrainConfig | FinetuneConfig, { seed, text }: PlannedRun['config']) {
  const { steps, batchSize, learningRate, schedule, warmupRatio, clipNorm, topLayers } = settings;
  return { seed, steps, batchSize, learningRate, schedule, warmupRatio, clipNorm, topLayers, ...text, order: 'shuffled' as const };
}

function noResult(): RunResult {
  return { systems: {}, perplexity: { positives: null, heldOut: null }, losses: {} };
}
