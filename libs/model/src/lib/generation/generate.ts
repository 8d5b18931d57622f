import { setImmediate as nextTurn } from 'node:timers/promises';
import { InputError } from '@tsarank/io';
import { Random } from '@tsarank/random';
import { gatherRows, tf } from '@tsarank/tensor';
import type { CausalLm } from '../causal-lm';
import type { KeyValueCache } from '../key-value-cache';
import { nextToken } from './next-token';
import type { SamplingOptions } from './next-token';

export interface GenerateOptions extends SamplingOptions {
  readonly model: CausalLm;
  /** Token ids of each prompt. */
  readonly prompts: readonly (readonly number[])[];
  /** Most new tokens of each. */
  readonly maxNewTokens: number;
  /** Tokens that end a text, for instance `stopIds(model, tokenizer)`; default none. */
  readonly stopIds?: readonly number[];
  /** Of all draws; each prompt has a stream of its own, so that its text doesn't depend on the others. Default 0. */
  readonly seed?: number;
  /** Most tokens side by side, prompts and new ones; one prompt at least. Changes speed and memory only. Default 2048. */
  readonly batchTokens?: number;
  /** Told of every new token, in the order they are found. */
  readonly onToken?: (prompt: number, id: number) => void;
}

/** What a prompt is continued with. */
export interface Generated {
  /** New tokens; one that ends the text is the last. */
  ids: number[];
  /** `stop`: a token ended it. `length`: there was room for no more, as `maxNewTokens` or the model's positions have it. */
  finishReason: 'stop' | 'length';
}

/**
 * Continues prompts token by token with cached keys and values, giving the event loop a turn at every step.
 *
 * Prompts of near length go side by side, the shorter ones padded at the end: every token keeps its own position and sees no
 * padding, so that a text is that of its prompt alone (up to rounding). Those that have ended leave the batch.
 *
 * @returns In the order of the prompts.
 * @throws {InputError} naming a prompt that is empty, has ids beyond the vocabulary or is longer than the model's positions.
 * @throws {RangeError} when an option is out of range.
 * @throws {WorkError} when the model gives something that is no number.
 *
 * @example
 * await generate({ model, prompts: [tokenizer.encode('The sky is')], maxNewTokens: 8, stopIds: stopIds(model, tokenizer) });
 * // [{ ids: [4461, …], finishReason: 'length' }]
 */
export async function generate(options: GenerateOptions): Promise<Generated[]> {
  const { model, prompts, maxNewTokens, batchTokens = 2048, seed = 0 } = options;
  checkOptions(options, batchTokens);
  prompts.forEach((prompt, index) => checkPrompt(model, prompt, index));
  const results: Generated[] = prompts.map(() => ({ ids: [], finishReason: 'length' }));
  const randoms = prompts.map((_, index) => Random.fromSeed(seed, 'generate', index));
  const goesOn = (index: number, logits: Float32Array): boolean => {
    const result = results[index]!;
    const id = nextToken(logits, options, randoms[index]!);
    result.ids.push(id);
    options.onToken?.(index, id);
    if (options.stopIds?.includes(id)) result.finishReason = 'stop';
    // The last token is never fed, so that it needs no position.
    const room = Math.min(maxNewTokens, (model.longestSequence ?? Infinity) - prompts[index]!.length + 1);
    return result.finishReason === 'length' && result.ids.length < room;
  };
  for (const batch of batches(prompts, maxNewTokens, batchTokens)) {
    let live = batch;
    let tokens = live.map((index) => prompts[index]!);
    const cache = model.startCache(batch.length);
    try {
      while (live.length > 0) {
        const logits = lastLogits(model, cache, tokens);
        const rows = live.flatMap((index, row) => (goesOn(index, logits[row]!) ? [row] : []));
        if (rows.length > 0 && rows.length < live.length) cache.keep(rows);
        live = rows.map((row) => live[row]!);
        tokens = live.map((index) => results[index]!.ids.slice(-1));
        await nextTurn();
      }
    } finally {
      cache.dispose();
    }
  }
  return results;
}

/** Logits [V] behind the last of the new tokens of each sequence. */
function lastLogits(model: CausalLm, cache: KeyValueCache, tokens: readonly (readonly number[])[]): Float32Array[] {
  const size = model.config.vocabularySize;
  const flat = tf.tidy(() => {
    const states = model.extend(cache, tokens); // [B, S, h]
    const [batch, length, width] = states.shape;
    const rows = tokens.map((own, row) => row * length + own.length - 1);
    const last = gatherRows(tf.reshape(states, [batch * length, width]) as tf.Tensor2D, tf.tensor1d(rows, 'int32'));
    return model.logits(last).dataSync() as Float32Array; // [B, V]
  });
  return tokens.map((_, row) => flat.subarray(row * size, (row + 1) * size));
}

/** Prompts of near length together, the longest first. */
function batches(prompts: GenerateOptions['prompts'], maxNewTokens: number, batchTokens: number): number[][] {
  const order = prompts.map((_, index) => index).sort((a, b) => prompts[b]!.length - prompts[a]!.length || a - b);
  const result: number[][] = [];
  for (const index of order) {
    const batch = result.at(-1);
    const fits = batch && (batch.length + 1) * (prompts[batch[0]!]!.length + maxNewTokens) <= batchTokens;
    if (fits) batch.push(index);
    else result.push([index]);
  }
  return result;
}

function checkOptions(
  { maxNewTokens, temperature = 0, topP = 1, topK = 1 }: GenerateOptions,
  batchTokens: number,
): void {
  const whole = { maxNewTokens, topK, batchTokens };
  for (const [name, value] of Object.entries(whole)) {
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`${name} must be an integer of 1 or more, got ${value}`);
  }
  if (!(temperature >= 0 && temperature < Infinity))
    throw new RangeError(`temperature must be >= 0, got ${temperature}`);
  if (!(topP > 0 && topP <= 1)) throw new RangeError(`topP must be above 0 and 1 at most, got ${topP}`);
}

function checkPrompt({ config, longestSequence = Infinity }: CausalLm, prompt: readonly number[], index: number): void {
  const message = `prompt ${index + 1}`;
  if (prompt.length === 0) throw new InputError({ message, found: 'no token', expected: 'one at least' });
  const beyond = prompt.find((id) => !(Number.isInteger(id) && id >= 0 && id < config.vocabularySize));
  if (beyond !== undefined) {
    throw new InputError({
      message,
      found: `token id ${beyond}`,
      expected: `ids below the vocabulary size ${config.vocabularySize}`,
    });
  }
  if (prompt.length > longestSequence) {
    const expected = `${longestSequence} at most, as the model has no further positions`;
    throw new InputError({ message, found: `${prompt.length} tokens`, expected });
  }
}
