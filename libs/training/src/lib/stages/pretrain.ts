import { collate, encodePair } from '@tsarank/data';
import type { CollatedPairs, EncodedPair, WeakPair } from '@tsarank/data';
import { canonicalJson, InputError, sha256 } from '@tsarank/io';
import { nextTokenLoss } from '@tsarank/losses';
import { tf, tokenLogProbs } from '@tsarank/tensor';
import { batchForward, rowsWhere } from './batch-forward';
import { requirePositions, textOptionsOf } from './example-text';
import type { MicroBatch, PlannedBatch } from '../loop/step-gradients';
import { train } from '../loop/train';
import type { TrainingOptions, TrainingResult } from '../loop/training-options';

/** Rows whose next token counts: those of the query (the published stage one), or all (plain language modelling). */
export type PretrainRows = 'query' | 'all';

export interface PretrainOptions extends TrainingOptions {
  /** Texts to train on; give these or `sequences`. */
  pairs?: readonly WeakPair[];
  /** Token sequences to train on, encoded already. */
  sequences?: readonly EncodedPair[];
  /** Default `query`. */
  rows?: PretrainRows;
}

/**
 * Stage one: next-token training on `Document: {document} Query:{query}{eos}`, where the query's tokens and the eos
 * count and the document is only read. With `rows: 'all'` every token counts.
 *
 *   L = -(1/R) sum_r log p(y_r | x_<=r),   R: counted rows of the step (or of a micro-batch, see `lossAverage`)
 *
 * @returns Steps done, log rows, and whether it was finished. The model is trained in place.
 * @throws {InputError} for options that make no sense, no examples, or a checkpoint of another training.
 * @throws {WorkError} naming the step at which the loss was no longer a number.
 *
 * Source: Zhang et al. 2024 (ACL Findings 706), continual pre-training; the published `cpt.py` (`mask_input`).
 */
export function pretrain(options: PretrainOptions): Promise<TrainingResult> {
  const { rows = 'query', pairs, sequences } = options;
  if ((pairs === undefined) === (sequences === undefined)) {
    throw new InputError({ message: 'pretrain takes either pairs or sequences' });
  }
  const examples = (pairs ?? sequences)!.length;
  if (examples === 0) throw new InputError({ field: 'pairs', found: 'none', expected: 'at least one' });
  const encode = (example: number): EncodedPair => {
    const sequence =
      sequences?.[example] ?? encodePair(options.tokenizer, pairs![example]!, { ...textOptionsOf(options), eos: true });
    return requirePositions(
      options.model,
      sequence,
      pairs ? `the pair of query ${JSON.stringify(pairs[example]!.query)}` : `sequence ${example + 1}`,
    );
  };
  return train(
    {
      name: 'pretrain',
      examples,
      options: { rows, data: dataHash(options) },
      ...(pairs && { key: ({ example }) => [pairs[example]!.document, pairs[example]!.query] }),
      plan: (microBatches) =>
        microBatches.map((turns) =>
          planBatch(
            turns.map(({ example }) => encode(example)),
            rows,
            options,
          ),
        ),
    },
    options,
  );
}

function planBatch(encoded: EncodedPair[], rows: PretrainRows, options: PretrainOptions): PlannedBatch {
  const batch = collate(encoded, options.tokenizer.padTokenId ?? 0);
  const real = rowsWhere(batch.realMask);
  const counted = rows === 'all' ? real : rowsWhere(batch.queryMask);
  return {
    tokens: real.length,
    counts: { nextToken: counted.length },
    prepare: () => prepareBatch(batch, counted, options),
  };
}

function prepareBatch(batch: CollatedPairs, counted: readonly number[], options: PretrainOptions): MicroBatch {
  const forward = batchForward(options.model, batch, options.topLayers);
  const rows = tf.tensor1d([...counted], 'int32');
  const labels = tf.tensor1d(
    counted.map((row) => batch.nextTokens[row]!),
    'int32',
  );
  return {
    loss: ({ nextToken: share = 1 } = {}) => {
      const loss = nextTokenLoss(tokenLogProbs(forward.logits(rows), labels));
      return { total: tf.mul(loss, share), parts: {} };
    },
    dispose: () => {
      forward.dispose();
      tf.dispose([rows, labels]);
    },
  };
}

function dataHash({ pairs, sequences }: PretrainOptions): string {
  return sha256(
    canonicalJson(pairs?.map(({ document, query }) => [document, query]) ?? sequences?.map((pair) => ({ ...pair }))),
  );
}
