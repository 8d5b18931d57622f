import { statSync } from 'node:fs';
import path from 'node:path';
import type { PlannedRun } from '@tsarank/ablation';
import type { FinetuneConfig, RunConfig } from '@tsarank/config';
import { isJudgments } from '@tsarank/runs';
import type { ModelShape } from './model-shape';
import { adapterWeights } from './adapter-weights';
import { blockWeights, groupRows, holdsReference, trainableBlocks } from './run-flops';
import type { EvaluationTokens, PairTokens, RunTokens } from './run-tokens';

interface EngineMemory {
  /** Resident bytes of a process with engine, code and the embedded collections, no model. */
  base: number;
  /** Copies of a model's weights that loading holds beside the weights themselves, for each model of the run. */
  loading: number;
  /** What the values kept for the gradient take over their own size: freed late, in pieces. */
  slack: number;
  /** Arrays of the size of a block of logits that scoring holds at once. */
  scoredLogits: number;
}

const MB = 1e6;
/** Measured; docs/decisions/2026-11-25-estimates-from-a-probe.md. On a GPU this is the host's part alone. */
const ENGINES: Record<Exclude<RunConfig['engine'], 'auto'>, EngineMemory> = {
  'tensorflow-gpu': { base: 620 * MB, loading: 1.2, slack: 1, scoredLogits: 3 },
  tensorflow: { base: 620 * MB, loading: 1.2, slack: 1, scoredLogits: 3 },
  wasm: { base: 250 * MB, loading: 0.9, slack: 1.5, scoredLogits: 1 },
  cpu: { base: 800 * MB, loading: 0.9, slack: 1.5, scoredLogits: 1 },
};
/** Stage one's embedded pairs, as objects and as the text that is hashed. */
const EMBEDDED_PAIRS = 180 * MB;
/** Bytes of memory for one of a file of texts: objects, text, index. */
const TEXT_FACTOR = 4;
/** Of trainable weights: gradient, two moments and the optimizer's temporaries; then a checkpoint's copy of weights and moments. */
const TRAINABLE_COPIES = 9;
/** Arrays of the size of the logits that a loss and its gradient hold at once. */
const LOGIT_COPIES = 5;
/** Tokens of a forward pass of scoring, and most bytes of its logits (libs/ranking). */
const SCORED_TOKENS = 2048;
const SCORED_LOGITS = 64 * MB;
const FLOAT = 4;

/**
 * Peak resident bytes of a run's process, the highest of loading, training and scoring:
 *
 *   loading     base + texts + m W (1 + loading)                          m: models, 2 with a difference penalty and
 *                                                                         no adapters
 *   training    base + texts + m W + 9 T + slack n (B a) + 5 R V          T: trainable weights or adapters', n: places of a batch,
 *                                                                         B: blocks that train, R: rows through the head
 *   scoring     base + texts + W + 2048 a + scoredLogits · 64 MB, less where little is scored
 *
 * with a = 2 (10 h + 5 f + 7 (H + Hkv) d + 4 H S) values of a token in a block, what the operations of one block and
 * their gradients leave, and W and T in float32.
 */
export function runMemory(run: PlannedRun, shape: ModelShape, tokens: RunTokens): number {
  const { config, kind, set } = run;
  const { pretrain, finetune, engine } = config;
  // A plan knows the engine that `auto` stands for; of an unplanned configuration the heavier one is assumed.
  const { base, loading, slack, scoredLogits } = ENGINES[engine === 'auto' ? 'tensorflow' : engine];
  const settings = { pretrain, finetune, score: null }[kind];
  const models = kind === 'finetune' && holdsReference(finetune) ? 2 : 1;
  const weights = FLOAT * shape.weights;
  const start = base + textMemory(run);
  const loaded = start + models * weights * (1 + loading);
  const evaluated = set ? start + weights + scoringMemory(shape, tokens.evaluate[set.name]!, scoredLogits) : 0;
  if (!settings) return Math.max(loaded, evaluated);
  const sizes = kind === 'pretrain' ? tokens.pretrain : tokens.finetune;
  const places =
    sizes.places *
    (kind === 'pretrain' ? settings.batchSize : settings.batchSize * ((settings as FinetuneConfig).negatives + 1));
  const rows =
    kind === 'pretrain' ? settings.batchSize * sizes.query : groupRows(settings as FinetuneConfig, sizes).all;
  const trained =
    start +
    models * weights +
    FLOAT * TRAINABLE_COPIES * trainableWeights(shape, settings) +
    FLOAT * slack * places * trainableBlocks(settings.topLayers, shape.blocks) * tokenValues(shape, sizes) +
    FLOAT * LOGIT_COPIES * rows * shape.vocabulary;
  return Math.max(loaded, evaluated, trained);
}

function tokenValues(shape: ModelShape, { places }: Pick<PairTokens, 'places'>): number {
  const { hidden, intermediate, heads, keyValueHeads, headSize } = shape;
  return 2 * (10 * hidden + 5 * intermediate + 7 * (heads + keyValueHeads) * headSize + 4 * heads * places);
}

/** Hidden states and logits of one forward pass of scoring. */
function scoringMemory(shape: ModelShape, { pairs, stems, prompt, query }: EvaluationTokens, copies: number): number {
  const all = stems * prompt + pairs * (query - 1);
  const places = stems > 0 ? all / stems : 0;
  const logits = Math.min(
    SCORED_LOGITS,
    FLOAT * Math.min(all, SCORED_TOKENS) * shape.vocabulary,
    FLOAT * pairs * query * shape.vocabulary,
  );
  return FLOAT * Math.min(all, SCORED_TOKENS) * tokenValues(shape, { places }) + copies * logits;
}

function trainableWeights(shape: ModelShape, { topLayers, lora }: Pick<FinetuneConfig, 'topLayers' | 'lora'>): number {
  if (lora) return adapterWeights(shape, lora, topLayers);
  return topLayers === 0 ? shape.weights : trainableBlocks(topLayers, shape.blocks) * blockWeights(shape);
}

/** Texts that a run holds beyond the embedded collections, which are in the base. */
function textMemory({ kind, set, config: { data, pretrain, finetune } }: PlannedRun): number {
  if (kind === 'pretrain')
    return pretrain?.pairs === 'embedded' ? EMBEDDED_PAIRS : TEXT_FACTOR * fileSize(pretrain?.pairs);
  if (kind === 'finetune' && finetune?.groups !== undefined) return TEXT_FACTOR * fileSize(finetune.groups);
  const collection = set?.collection ?? data.collection;
  const texts = isJudgments(collection) ? set!.candidates : path.join(collection, 'corpus.jsonl');
  return TEXT_FACTOR * fileSize(texts);
}

/** By file: a plan of thousands of runs asks again and again. */
const sizes = new Map<string, number>();

function fileSize(file: string | undefined): number {
  if (file === undefined) return 0;
  const size = sizes.get(file) ?? statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  sizes.set(file, size);
  return size;
}
