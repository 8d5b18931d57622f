import { resolve } from 'node:path';
import { selectEngine, tf } from '@tsarank/tensor';
import type { CausalLm } from '../causal-lm';
import { loadModel } from '../loading/load-model';
import { generate } from './generate';

const reference = resolve(__dirname, '../../../../../test/reference');
let model: CausalLm;
let short: CausalLm;

beforeAll(async () => {
  await selectEngine('cpu');
  model = (await loadModel(resolve(reference, 'llama-untied-bias'))).model;
  short = (await loadModel(resolve(reference, 'gpt2-tied'))).model; // nine positions
});
afterAll(() => [model, short].forEach((each) => each.dispose()));

const prompts = [[5, 9, 17], [200], [7, 8, 9, 10, 11, 12]];

it('draws the same for the same seed, whatever goes side by side, and something else for another', async () => {
  const options = { model, prompts, maxNewTokens: 12, temperature: 1.5, topP: 0.9 };
  const drawn = await generate({ ...options, seed: 1 });
  expect(await generate({ ...options, seed: 1, batchTokens: 1 })).toEqual(drawn);
  expect(await generate({ ...options, seed: 2 })).not.toEqual(drawn);
  // Prompts have draws of their own.
  const [one, other] = await generate({ ...options, prompts: [[5], [5]], seed: 1 });
  expect(one).not.toEqual(other);
});

it('draws the likeliest tokens where no other is left', async () => {
  const options = { model, prompts, maxNewTokens: 8 };
  const greedy = await generate(options);
  expect(await generate({ ...options, temperature: 2, topK: 1 })).toEqual(greedy);
  expect(await generate({ ...options, temperature: 2, topP: 1e-9 })).toEqual(greedy);
});

it('ends at a stop token, which is the last, while the others go on', async () => {
  const free = await generate({ model, prompts, maxNewTokens: 10 });
  const stop = free[1]!.ids[2]!;
  const stopped = await generate({ model, prompts, maxNewTokens: 10, stopIds: [299, stop] });
  free.forEach(({ ids }, index) => {
    const end = ids.indexOf(stop);
    expect(stopped[index]).toEqual(
      end < 0 ? { ids, finishReason: 'length' } : { ids: ids.slice(0, end + 1), finishReason: 'stop' },
    );
  });
});

it('tells of every token as it comes', async () => {
  const told = prompts.map((): number[] => []);
  const results = await generate({ model, prompts, maxNewTokens: 5, onToken: (prompt, id) => told[prompt]!.push(id) });
  expect(told).toEqual(results.map(({ ids }) => ids));
});

it('ends where learned positions end: the last one still gives a token', async () => {
  const results = await generate({
    model: short,
    prompts: [[3, 4, 5, 6, 7, 8, 9], [3], [3, 4, 5, 6, 7, 8, 9, 10, 11]],
    maxNewTokens: 20,
  });
  expect(results.map(({ ids, finishReason }) => [ids.length, finishReason])).toEqual([
    [3, 'length'],
    [9, 'length'],
    [1, 'length'],
  ]);
});

it.each([
  [[[5], []], {}, 'prompt 2, found no token'],
  [[[300]], {}, 'prompt 1, found token id 300, expected ids below the vocabulary size 300'],
  [[new Array<number>(10).fill(1)], {}, 'prompt 1, found 10 tokens, expected 9 at most'],
  [[[5]], { maxNewTokens: 0 }, 'maxNewTokens must be an integer of 1 or more, got 0'],
  [[[5]], { topP: 0 }, 'topP must be above 0 and 1 at most, got 0'],
  [[[5]], { temperature: -1 }, 'temperature must be >= 0, got -1'],
])('refuses %j with %j', async (wrong, options, message) => {
  const before = tf.memory().numTensors;
  await expect(generate({ model: short, prompts: wrong, maxNewTokens: 3, ...options })).rejects.toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});

it('leaves no tensor behind, not even where the caller fails', async () => {
  const before = tf.memory().numTensors;
  const onToken = () => {
    throw new Error('enough');
  };
  await expect(generate({ model, prompts, maxNewTokens: 3, onToken })).rejects.toThrow('enough');
  expect(tf.memory().numTensors).toBe(before);
});
