import type { PlannedRun } from '@tsarank/ablation';
import type { FinetuneConfig, PretrainConfig } from '@tsarank/config';
import { adapterWeights } from './adapter-weights';
import type { ModelShape } from './model-shape';
import type { Phase } from '@tsarank/runs';
import type { EvaluationTokens, PairTokens, RunTokens } from './run-tokens';

/**
 * Floating-point operations of a run's phases, two for a multiply-add; matrix products alone.
 *
 *   F(n, S, B) = B n (2 w + 4 S H d)      B blocks over n tokens in rows of S, w: weights of one block
 *   head(R)    = 2 R h V                  the output matrix over R rows
 *   backward   = 2 F over the blocks that train, and 1 head where it is frozen, 2 where it trains: each product has a
 *                gradient for its input and, where its matrix trains, one for the matrix
 *
 *   adapters   6 n a                      a: their weights; the blocks' own matrices then have no gradient: of F over the
 *                                         blocks that train, the backward pass is n (2 w + 8 S H d)
 *
 * Stage one, a step: F(n, S, L) + head(R) and backward, R: rows of the queries.
 * Stage two, a step: the same over groups, R: rows that some term needs (see `groupRows`), and with a difference penalty
 * F(n, S, L) + head for the frozen reference.
 * Scoring: prompts once for all queries of a document, F(n, n / stems, L) over n = stems · prompt + pairs · (query - 1),
 * head over every query token; perplexity of positives and plain texts without sharing.
 */
export function runFlops(run: PlannedRun, shape: ModelShape, tokens: RunTokens): Record<Phase, number> {
  const { pretrain, finetune } = run.config;
  const flops = { load: 0, pretrain: 0, finetune: 0, evaluate: 0 };
  if (run.kind === 'pretrain') {
    if (pretrain) flops.pretrain = pretrain.steps * pretrainStepFlops(pretrain, shape, tokens.pretrain);
    return flops;
  }
  if (run.kind === 'finetune') {
    if (finetune) flops.finetune = finetune.steps * finetuneStepFlops(finetune, shape, tokens.finetune);
    return flops;
  }
  const scored = tokens.evaluate[run.set!.name]!;
  flops.evaluate = scoringFlops(shape, scored) + perplexityFlops(shape, scored);
  return flops;
}

/** One optimizer step of stage one. */
export function pretrainStepFlops(settings: PretrainConfig, shape: ModelShape, tokens: PairTokens): number {
  const rows = settings.batchSize * tokens.query;
  return trainingFlops(shape, settings, settings.batchSize * tokens.places, tokens.places, rows);
}

/** One optimizer step of stage two. */
export function finetuneStepFlops(settings: FinetuneConfig, shape: ModelShape, tokens: PairTokens): number {
  const places = settings.batchSize * (settings.negatives + 1) * tokens.places;
  const { all, penalised } = groupRows(settings, tokens);
  const reference =
    settings.weights.differencePenalty > 0
      ? forward(shape, places, tokens.places, shape.blocks) + head(shape, penalised)
      : 0;
  return trainingFlops(shape, settings, places, tokens.places, all) + reference;
}

/**
 * How often a step of training goes through a block: forward, in the reference, and twice backward where the block trains.
 * Each pass starts some hundred operations, whatever their size; for small models that is half of the time.
 */
export function blockPasses(settings: PretrainConfig | FinetuneConfig, { blocks }: ModelShape): number {
  const reference = 'weights' in settings && settings.weights.differencePenalty > 0 ? blocks : 0;
  return blocks + reference + 2 * trainableBlocks(settings.topLayers, blocks);
}

/** Whether stage two holds a second model as the reference: with adapters a model is its own, without them. */
export function holdsReference(settings: FinetuneConfig | null): boolean {
  return settings !== null && settings.weights.differencePenalty > 0 && !settings.lora;
}

/** Blocks that train of so many. */
export function trainableBlocks(topLayers: number, blocks: number): number {
  return topLayers === 0 ? blocks : Math.min(topLayers, blocks);
}

/** Rows of a step of stage two that go through the head: those of any term, and those of the difference penalty. */
export function groupRows(
  { batchSize, negatives, weights, klRows }: FinetuneConfig,
  { prompt, query, places }: PairTokens,
): { all: number; penalised: number } {
  const pairs = batchSize * (negatives + 1);
  const real = prompt + query - 1;
  const ranked = weights.rank > 0 || (weights.differencePenalty > 0 && klRows === 'query') ? query : 0;
  const predicted = weights.nextToken > 0 ? batchSize * (real - ranked) : 0;
  const penalised = weights.differencePenalty === 0 ? 0 : pairs * { all: places, real, query }[klRows];
  return { all: Math.max(penalised, pairs * ranked + predicted), penalised };
}

/** Scores of pairs that share their documents' prompts. */
export function scoringFlops(
  shape: ModelShape,
  { pairs, stems, prompt, query }: Omit<EvaluationTokens, 'texts' | 'textTokens' | 'positives'>,
): number {
  if (pairs === 0) return 0;
  const places = stems * prompt + pairs * (query - 1);
  return forward(shape, places, places / stems, shape.blocks) + head(shape, pairs * query);
}

function perplexityFlops(shape: ModelShape, { positives, prompt, query, texts, textTokens }: EvaluationTokens): number {
  const real = prompt + query - 1;
  const plain = Math.max(0, textTokens - 1);
  return (
    forward(shape, positives * real, real, shape.blocks) +
    head(shape, positives * query) +
    forward(shape, texts * plain, plain, shape.blocks) +
    head(shape, texts * plain)
  );
}

function trainingFlops(
  shape: ModelShape,
  { topLayers, lora }: Pick<PretrainConfig, 'topLayers' | 'lora'>,
  places: number,
  length: number,
  rows: number,
): number {
  const trainable = trainableBlocks(topLayers, shape.blocks);
  const once = forward(shape, places, length, shape.blocks);
  if (lora) {
    const back = trainable * places * (2 * blockWeights(shape) + 8 * length * shape.heads * shape.headSize);
    return once + back + 6 * places * adapterWeights(shape, lora, topLayers) + 2 * head(shape, rows);
  }
  return once + 2 * forward(shape, places, length, trainable) + (topLayers === 0 ? 3 : 2) * head(shape, rows);
}

function forward(shape: ModelShape, tokens: number, length: number, blocks: number): number {
  return blocks * tokens * (2 * blockWeights(shape) + 4 * length * shape.heads * shape.headSize);
}

function head({ hidden, vocabulary }: ModelShape, rows: number): number {
  return 2 * rows * hidden * vocabulary;
}

/** Weights of one block: what is not embedding or output matrix. */
export function blockWeights({ weights, blocks, hidden, vocabulary, tiedHead }: ModelShape): number {
  return (weights - hidden * vocabulary * (tiedHead ? 1 : 2)) / blocks;
}
