import { resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { gatherRows, selectEngine, tf } from '@tsarank/tensor';
import { enginesUnderTest } from '@tsarank/tensor/engines-under-test';
import type { CausalLm } from './causal-lm';
import { generate } from './generation/generate';
import { loadModel } from './loading/load-model';
import { relativeDifference } from './parity/differences';

const reference = resolve(__dirname, '../../../../test/reference');

/** Folders with what transformers goes on with, and others that have something of their own. */
const continued = [
  ...[
    'llama-tied',
    'llama-untied-bias',
    'llama-yarn',
    'llama-dynamic',
    'mistral-sliding',
    'smollm3-tied',
    'smollm3-sliding',
  ],
  ...['qwen-published', 'qwen-long', 'qwen2-tied', 'qwen2-sliding', 'qwen3-tied', 'qwen3-bias-sliding'],
  ...['baichuan-7b', 'baichuan-13b', 'baichuan2-7b', 'baichuan2-13b', 'bloom-published', 'bloom-untied'],
  ...['gpt2-generation', 'gpt-neo-generation', 'gpt-neox-parallel', 'gpt-neox-sequential', 'opt-generation'],
];
const others = ['gpt2-scaled-by-layer', 'gpt-neo-mixed', 'opt-pre-norm', 'opt-bare'];
const onEveryEngine = (names: readonly string[]) =>
  enginesUnderTest.flatMap((engine) => names.map((name) => [engine, name] as const));

describe.each(onEveryEngine([...continued, ...others]))('on %s, %s', (engine, name) => {
  let model: CausalLm;
  beforeAll(async () => {
    await selectEngine(engine);
    model = (await loadModel(resolve(reference, name))).model;
  });
  afterAll(() => model.dispose());

  const longest = () => Math.min(model.longestSequence ?? Infinity, 12);

  it('cached keys and values give the logits of whole passes, sequences of unequal lengths side by side', () => {
    const rows = [3, 1, 2].map((start, row) =>
      Array.from({ length: longest() - row }, (_, at) => (37 * at + 11 * start + 5) % model.config.vocabularySize),
    );
    const before = tf.memory().numTensors;
    const cache = model.startCache(rows.length);
    // Several tokens, one, and, for some sequences, none.
    const steps = [
      [4, 1, 2],
      [1, 2, 0],
      [1, 1, 1],
      [2, 0, 1],
    ];
    const done = [0, 0, 0];
    for (const counts of steps) {
      const tokens = rows.map((row, line) => row.slice(done[line]!, done[line]! + counts[line]!));
      counts.forEach((count, line) => (done[line]! += count));
      const found = lastLogits(model, model.extend(cache, tokens), counts);
      rows.forEach((row, line) => {
        if (counts[line] === 0) return;
        const whole = wholeLogits(model, row.slice(0, done[line]));
        // float32 sums in another order: 1e-5 of the largest logit.
        expect(relativeDifference(found[line]!, whole)).toBeLessThan(1e-5);
      });
    }
    cache.keep([2, 0]);
    const [third, first] = lastLogits(model, model.extend(cache, [[7], [9]]), [1, 1]);
    expect(relativeDifference(third!, wholeLogits(model, [...rows[2]!.slice(0, done[2]), 7]))).toBeLessThan(1e-5);
    expect(relativeDifference(first!, wholeLogits(model, [...rows[0]!.slice(0, done[0]), 9]))).toBeLessThan(1e-5);
    cache.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  const goesOn = continued.includes(name) ? it : undefined;
  goesOn?.('goes on greedily with the tokens of transformers, alone and side by side', async () => {
    const { prompts, tokens } = readJson(resolve(reference, name, 'generation.json')) as {
      prompts: number[][];
      tokens: number[][];
    };
    const before = tf.memory().numTensors;
    const options = { model, prompts, maxNewTokens: tokens[0]!.length, stopIds: [2] };
    for (const batchTokens of [1, 1000]) {
      expect((await generate({ ...options, batchTokens })).map(({ ids }) => ids)).toEqual(tokens);
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** Behind the last of the new tokens of each sequence; disposes of the states. */
function lastLogits(model: CausalLm, states: tf.Tensor3D, counts: readonly number[]): Float32Array[] {
  const result = tf.tidy(() =>
    counts.map((count, line) => {
      const [batch, length, width] = states.shape;
      const row = tf.tensor1d([line * length + Math.max(count - 1, 0)], 'int32');
      return model
        .logits(gatherRows(tf.reshape(states, [batch * length, width]) as tf.Tensor2D, row))
        .dataSync() as Float32Array;
    }),
  );
  states.dispose();
  return result;
}

function wholeLogits(model: CausalLm, ids: readonly number[]): Float32Array {
  const states = tf.tidy(() =>
    model.hiddenStates(tf.tensor2d([...ids], [1, ids.length], 'int32'), tf.ones([1, ids.length])),
  );
  return lastLogits(model, states, [ids.length])[0]!;
}
