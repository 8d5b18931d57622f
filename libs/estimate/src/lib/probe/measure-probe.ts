import { evaluationSets, type EvaluationSet, type FinetuneConfig, type RunConfig } from '@tsarank/config';
import { pairEncoder, type WeakPair } from '@tsarank/data';
import type { HubSettings } from '@tsarank/hub';
import { loadModel, removeAdapters, type LoadedModel } from '@tsarank/model';
import { scorePairs } from '@tsarank/ranking';
import { selectEngine } from '@tsarank/tensor';
import { finetune, pretrain, type LogRow, type TrainingOptions, type TrainingResult } from '@tsarank/training';
import { countEvaluation, countFinetune, countPretrain, meanTokens, pairsOf, stemsOf } from '../count-tokens';
import { fetchedModelPath } from '@tsarank/runs';
import { finetuneGroups, loadTestSet, pretrainPairs, type TestSet } from '@tsarank/runs/run-data';
import { modelShape, type ModelShape } from '../model-shape';
import type { ProbeReport, ProbeTask, TimedStep, TimedWork } from './probe-task';
import { blockPasses, blockWeights, finetuneStepFlops, pretrainStepFlops, scoringFlops } from '../run-flops';
import { mostTokens, PERPLEXITY_TEXTS, tokensKey, type EvaluationTokens, type PairTokens } from '../run-tokens';

/** Seconds that the steps of one configuration, or the scoring, are repeated for. */
const BUDGET = 0.8;
const MOST_STEPS = 12;
/** A first step of so many seconds is enough by itself. */
const LONG_STEP = 3;
/** A larger step is made smaller, so that the probe stays short: so many operations take a few seconds on a CPU. */
const MOST_FLOPS = 1e12;
/** Tokens that scoring takes at once. */
const BATCH_TOKENS = 2048;

/**
 * What a probe process does: loads the base model and the data as a run would, takes a few steps of each stage, scores a
 * few batches, and notes the seconds of each. Publishes nothing.
 *
 * @throws What a run of these configurations would.
 */
export async function measureProbe(task: ProbeTask, hub?: () => HubSettings): Promise<ProbeReport> {
  const config = (task.evaluate[0] ?? task.pretrain[0] ?? task.finetune[0])!;
  await selectEngine(config.engine, { threads: task.threads });
  const start = performance.now() / 1000;
  const place = await fetchedModelPath(config.model, hub);
  const shape = modelShape(place);
  const [base, model] = await timed(() => loadModel(place));
  const report: ProbeReport = { load: { start, model, pairs: 0, index: 0 }, counted: [] };
  const tokens = mostTokens(config);
  if (task.pretrain.length > 0) {
    const [pairs, seconds] = await timed(() => pretrainPairs(task.pretrain[0]!));
    report.load.pairs = seconds;
    tokens.pretrain = countPretrain(task.pretrain[0]!, pairs, base.tokenizer);
    report.pretrain = await timePretrain(task.pretrain, { base, shape, pairs, tokens: tokens.pretrain });
  }
  if (task.finetune.length > 0) {
    const [first] = task.finetune;
    const [groups, seconds] = await timed(() => finetuneGroups(first!));
    report.load.index = seconds;
    tokens.finetune = countFinetune(task.finetune[0]!, groups, base.tokenizer);
    const isPenalised = task.finetune.some(
      ({ finetune }) => finetune!.weights.differencePenalty > 0 && !finetune!.lora,
    );
    const reference = isPenalised ? await loadModel(place) : undefined;
    report.finetune = await timeSteps(base, task.finetune, (each, options) => {
      const settings = smallerGroups(each.finetune!, shape, tokens.finetune);
      const flops = finetuneStepFlops(settings, shape, tokens.finetune);
      const { batchSize, negatives } = settings;
      const real = batchSize * (negatives + 1) * (tokens.finetune.prompt + tokens.finetune.query - 1);
      const passes = blockPasses(settings, shape);
      return {
        flops,
        passes,
        real,
        train: () =>
          finetune({ ...options, ...settings, ...base, reference: reference?.model, groups, steps: MOST_STEPS }),
      };
    });
    reference?.model.dispose();
  }
  for (const [index, each] of task.evaluate.entries()) {
    const sets = evaluationSets(each).map((set) => ({ set, loaded: loadTestSet(set, PERPLEXITY_TEXTS) }));
    const evaluate = Object.fromEntries(
      sets.map(({ set, loaded }) => [set.name, countEvaluation(set, loaded, base.tokenizer)]),
    );
    report.counted.push({ key: tokensKey(each), most: mostTokens(each), counted: { ...tokens, evaluate } });
    const [first] = sets;
    if (index === 0)
      report.evaluate = await timeScoring(first!.set, {
        ...{ base, shape, loaded: first!.loaded },
        tokens: evaluate[first!.set.name]!,
      });
  }
  if (report.counted.length === 0)
    report.counted.push({ key: tokensKey(config), most: mostTokens(config), counted: tokens });
  base.model.dispose();
  return report;
}

async function timePretrain(
  configs: readonly RunConfig[],
  {
    base,
    shape,
    pairs,
    tokens,
  }: { base: LoadedModel; shape: ModelShape; pairs: readonly WeakPair[]; tokens: PairTokens },
): Promise<ProbeReport['pretrain']> {
  return timeSteps(base, configs, (config, options) => {
    const settings = config.pretrain!;
    const one = pretrainStepFlops({ ...settings, batchSize: 1 }, shape, tokens);
    const batchSize = Math.max(1, Math.min(settings.batchSize, Math.floor(MOST_FLOPS / one)));
    return {
      flops: pretrainStepFlops({ ...settings, batchSize }, shape, tokens),
      passes: blockPasses(settings, shape),
      real: batchSize * (tokens.prompt + tokens.query - 1),
      train: () => pretrain({ ...options, ...settings, ...base, batchSize, pairs, rows: 'query', steps: MOST_STEPS }),
    };
  });
}

interface Step {
  flops: number;
  passes: number;
  /** Real tokens that a step has on average. */
  real: number;
  train: () => Promise<TrainingResult>;
}

/** Mean step of each configuration; the first step of all warms the engine up and does not count where there are more. */
async function timeSteps(
  { model }: LoadedModel,
  configs: readonly RunConfig[],
  stepOf: (
    config: RunConfig,
    options: Pick<
      TrainingOptions,
      'seed' | 'order' | 'signal' | 'onStep' | 'maxDocumentTokens' | 'maxQueryTokens' | 'specialTokensInText'
    >,
  ) => Step,
): Promise<{ fixed: number; steps: TimedStep[] }> {
  const steps: TimedStep[] = [];
  let fixed = 0;
  for (const config of configs) {
    const enough = new AbortController();
    const started = performance.now();
    const onStep = ({ step }: LogRow): void => {
      const seconds = (performance.now() - started) / 1000;
      if (seconds > (step > 0 ? BUDGET : LONG_STEP)) enough.abort();
    };
    const { seed, text } = config;
    const { flops, passes, real, train } = stepOf(config, {
      seed,
      ...text,
      order: 'shuffled',
      signal: enough.signal,
      onStep,
    });
    const [{ rows }, seconds] = await timed(train);
    removeAdapters(model);
    fixed = Math.max(fixed, seconds - sum(rows.map((row) => row.seconds)));
    const counted = rows.length > 1 ? rows.slice(1) : rows;
    steps.push({
      passes,
      flops: (flops * sum(counted.map((row) => row.tokens))) / (real * counted.length),
      seconds: sum(counted.map((row) => row.seconds)) / counted.length,
    });
  }
  return { fixed, steps };
}

function smallerGroups(settings: FinetuneConfig, shape: ModelShape, tokens: PairTokens): FinetuneConfig {
  const one = finetuneStepFlops({ ...settings, batchSize: 1, negatives: 1 }, shape, tokens) / 2;
  const pairs = Math.max(2, Math.floor(MOST_FLOPS / one));
  const negatives = Math.min(settings.negatives, pairs - 1);
  return {
    ...settings,
    negatives,
    batchSize: Math.max(1, Math.min(settings.batchSize, Math.floor(pairs / (negatives + 1)))),
  };
}

/** Scores documents with all their queries, as many as make a batch, again and again. */
async function timeScoring(
  set: EvaluationSet,
  { base, shape, loaded, tokens }: { base: LoadedModel; shape: ModelShape; loaded: TestSet; tokens: EvaluationTokens },
): Promise<TimedWork> {
  const { text } = set;
  const { prompt, query } = tokens;
  const most = Math.max(prompt + query, Math.min(BATCH_TOKENS, MOST_FLOPS / (2 * blockWeights(shape) * shape.blocks)));
  const sample = firstDocuments(pairsOf(set, loaded), most, { prompt, query });
  if (sample.length === 0) return { flops: 0, seconds: 0 };
  const score = (): Promise<unknown> => scorePairs({ ...base, pairs: sample, limits: text });
  const times: number[] = [];
  while (times.length === 0 || (sum(times) < BUDGET && times.length < MOST_STEPS)) times.push((await timed(score))[1]);
  const counted = times.length > 1 ? times.slice(1) : times;
  const counts = {
    pairs: sample.length,
    stems: stemsOf(sample, sample.length),
    ...meanTokens(sample.map(pairEncoder(base.tokenizer, text))),
  };
  return { flops: scoringFlops(shape, counts), seconds: sum(counted) / counted.length };
}

function firstDocuments(
  pairs: readonly WeakPair[],
  mostTokens: number,
  { prompt, query }: { prompt: number; query: number },
): WeakPair[] {
  const byDocument = new Map<string, WeakPair[]>();
  for (const pair of pairs) byDocument.set(pair.document, [...(byDocument.get(pair.document) ?? []), pair]);
  const chosen: WeakPair[] = [];
  let tokens = 0;
  for (const group of byDocument.values()) {
    tokens += prompt + group.length * (query - 1);
    if (chosen.length > 0 && tokens > mostTokens) break;
    chosen.push(...group);
  }
  return chosen;
}

async function timed<T>(work: () => T | Promise<T>): Promise<[T, number]> {
  const started = performance.now();
  const result = await work();
  return [result, (performance.now() - started) / 1000];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
