import { modelMemory } from './model-memory';
import type { ModelShape } from './model-shape';

/** SmolLM2-135M. */
const shape: ModelShape = {
  weights: 134_515_008,
  blocks: 30,
  hidden: 576,
  intermediate: 1536,
  heads: 9,
  keyValueHeads: 3,
  headSize: 64,
  vocabulary: 49_152,
  tiedHead: true,
};

it('scoring needs the weights, training more, and the more the more trains', () => {
  const { scoring, training } = modelMemory(shape, { engine: 'tensorflow', topLayers: [1, 4, 0] });
  expect(scoring).toBeGreaterThan(4 * shape.weights);
  const [one, four, all] = training.map(({ finetune }) => finetune) as [number, number, number];
  expect(one).toBeGreaterThan(scoring);
  expect(four).toBeGreaterThan(one);
  // Gradient and moments of every weight at least.
  expect(all - one).toBeGreaterThan(3 * 4 * shape.weights * 0.9);
  const stageOne = training.map(({ pretrain }) => pretrain);
  expect([...stageOne].sort((a, b) => a - b)).toEqual(stageOne);
});
