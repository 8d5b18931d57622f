import { resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { Random } from '@tsarank/random';
import { candidates, nextToken } from './next-token';

interface Reference {
  logits: number[];
  cases: { temperature: number; topK: number; topP: number; ids: number[]; probabilities: number[] }[];
}
const { logits: values, cases } = readJson(resolve(__dirname, '../../../../../test/reference/top-p.json')) as Reference;
const logits = Float32Array.from(values);

it.each(cases)(
  'temperature $temperature, top-k $topK, top-p $topP leave what they leave in transformers',
  ({ topK, ids, probabilities, ...options }) => {
    const found = candidates(logits, { ...options, topK: topK === 0 ? undefined : topK });
    expect(found.ids).toEqual(ids);
    const total = found.weights.reduce((sum, weight) => sum + weight, 0);
    found.weights.forEach((weight, index) => expect(weight / total).toBeCloseTo(probabilities[index]!, 5));
  },
);

it('keeps the last of tokens that tie at the end, as a stable sort does, and all that tie with the k-th', () => {
  const tied = Float32Array.from([2, 1, 1, 1]);
  expect(candidates(tied, { topP: 0.5 }).ids).toEqual([0, 3]);
  expect(candidates(tied, { topK: 2 }).ids).toEqual([0, 1, 2, 3]);
});

it('takes the first of the likeliest at temperature 0, without a draw', () => {
  const random = Random.fromSeed(0);
  const before = random.state();
  expect(nextToken(Float32Array.from([0, 3, 3, -Infinity]), {}, random)).toBe(1);
  expect(random.state()).toEqual(before);
});

it('draws each token as often as its probability says', () => {
  const random = Random.fromSeed(3);
  const draws = 20_000;
  const counts = [0, 0, 0];
  const ratios = Float32Array.from([1, 3, 6], Math.log);
  for (let draw = 0; draw < draws; draw += 1) counts[nextToken(ratios, { temperature: 1 }, random)]! += 1;
  // Four standard deviations of the middle one.
  [0.1, 0.3, 0.6].forEach((share, id) => expect(Math.abs(counts[id]! / draws - share)).toBeLessThan(0.013));
});

it('says which logit is no number', () => {
  expect(() => nextToken(Float32Array.from([0, NaN]), {}, Random.fromSeed(0))).toThrow(
    'token 1 a logit that is no number',
  );
});
