import type { RunConfig } from '@tsarank/config';
import { expandAblation } from './expand-ablation';

/** Written out, so that no change of a preset touches it. */
const training = {
  steps: 80,
  batchSize: 16,
  learningRate: 6e-4,
  schedule: 'cosine',
  warmupRatio: 0.1,
  clipNorm: 1,
  topLayers: 0,
} as const;
const base: RunConfig = {
  seed: 0,
  model: 'tiny',
  engine: 'wasm',
  precision: 'float32',
  data: {
    collection: 'cwe',
    outOfDomain: 'factbook',
    split: 'test',
    candidates: 20,
    negativePool: 20,
    testQueries: 200,
  },
  text: { maxDocumentTokens: 32, maxQueryTokens: 32 },
  pretrain: { pairs: 'embedded', ...training },
  finetune: {
    ...training,
    negatives: 1,
    temperature: 0.25,
    klRows: 'real',
    scoreTransform: 'identity',
    weights: { rank: 1, nextToken: 1, differencePenalty: 1 },
  },
  measures: ['nDCG@10'],
};

describe('run ids', () => {
  it('are those of the first release: finished runs stay finished', () => {
    const variants = {
      full: {},
      zero: { pretrain: null, finetune: null },
      é: { finetune: { learningRate: 1e-7, weights: { rank: 0 } } },
      other: { data: { outOfDomain: null }, pretrain: { steps: 3 } },
    };
    const plan = expandAblation(
      { name: 'ids', question: 'Same ids?', base, variants, baseline: 'full', seeds: [0, 12], measures: ['nDCG@10'] },
      { hashesOf: () => ({ model: 'm', collection: 'c', outOfDomain: 'o', pairs: 'p' }), behaviourVersion: 1 },
    );
    expect(plan.runs.map(({ kind, seed, variant, runId }) => `${kind} ${seed} ${variant} ${runId}`)).toEqual([
      'pretrain 0 full 54c9669a59b51189',
      'pretrain 0 other 2390604363c610cf',
      'pretrain 12 full 2738f82364c12b32',
      'pretrain 12 other 30af9c280e78576f',
      'run 0 full a281a4ab35094f72',
      'run 0 zero 75b7efefddcfb957',
      'run 0 é 1f79840f28020a77',
      'run 0 other d9c3e42f8dce7235',
      'run 12 full 833a131d596bd655',
      'run 12 zero 3a44c4e81c737bd0',
      'run 12 é 20dd0bb4f67e3200',
      'run 12 other bc0c7c08fae98806',
    ]);
  });
});
