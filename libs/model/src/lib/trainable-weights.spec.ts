import { Random } from '@tsarank/random';
import { selectEngine } from '@tsarank/tensor';
import { buildLlama } from './architectures/llama/build-llama';
import type { CausalLm } from './causal-lm';
import { copyWeights, trainableNames, trainableWeights } from './trainable-weights';

const sizes = { vocabularySize: 20, hiddenSize: 8, layers: 3, heads: 2, intermediateSize: 8, tied: false };
let model: CausalLm;
beforeAll(async () => {
  await selectEngine('cpu');
  model = buildLlama(sizes, Random.fromSeed(1));
});
afterAll(() => model.dispose());

describe('trainableWeights', () => {
  it('takes the top blocks alone, without embeddings, final norm and head', () => {
    const names = trainableNames(model, 2);
    expect(new Set(names.map((name) => model.layerOf(name)))).toEqual(new Set([1, 2]));
    expect(names).toHaveLength(18);
    expect(trainableWeights(model, 2)).toEqual(names.map((name) => model.weights.get(name)));
  });

  it('takes every weight for 0', () => {
    expect(trainableNames(model, 0)).toEqual([...model.weights.keys()]);
  });

  it.each([4, -1, 1.5, NaN])('refuses %p blocks', (topLayers) => {
    expect(() => trainableWeights(model, topLayers)).toThrow(/field "topLayers".*0 \(every weight\) to 3/);
  });
});

describe('copyWeights', () => {
  it('copies values and keeps the models apart', () => {
    const other = buildLlama(sizes, Random.fromSeed(2));
    copyWeights(model, other);
    for (const [name, weight] of model.weights) expect(other.weights.get(name)!.dataSync()).toEqual(weight.dataSync());
    other.dispose();
    expect(model.weights.get('lm_head.weight')!.dataSync()).toHaveLength(160);
  });

  it('refuses models with different weights', () => {
    const tied = buildLlama({ ...sizes, tied: true }, Random.fromSeed(2));
    expect(() => copyWeights(tied, model)).toThrow(/lm_head\.weight/);
    tied.dispose();
  });
});
