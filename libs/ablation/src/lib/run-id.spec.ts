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
  it('stay what they are, those of stage one since the first release: finished runs stay finished', () => {
    const variants = {
      full: {},
      zero: { pretrain: null, finetune: null },
      é: { finetune: { learningRate: 1e-7, weights: { rank: 0 } } },
      other: { data: { outOfDomain: null }, pretrain: { steps: 3 } },
    };
    const plan = expandAblation(
      { name: 'ids', question: 'Same ids?', base, variants, baseline: 'full', seeds: [0, 12], measures: ['nDCG@10'] },
      {
        hashesOf: () => ({ model: 'm', collection: 'c', 'set inDomain': 'c', 'set outOfDomain': 'o', pairs: 'p' }),
        behaviourVersion: 1,
      },
    );
    expect(plan.runs.map(({ kind, seed, variant, runId }) => `${kind} ${seed} ${variant} ${runId}`)).toEqual([
      'pretrain 0 full 54c9669a59b51189',
      'pretrain 0 other 2390604363c610cf',
      'pretrain 12 full 2738f82364c12b32',
      'pretrain 12 other 30af9c280e78576f',
      'finetune 0 full 38698f1fb947e7ae',
      'finetune 0 é fed248d85926cb7c',
      'finetune 0 other 6f02969e97f34f45',
      'finetune 12 full 7e24e2644ba4d30d',
      'finetune 12 é a3cd7182aff8882e',
      'finetune 12 other f88c21f18ab789bd',
      'score 0 full c6486fb3f349f5ab',
      'score 0 full e8a4b6b960c39c4e',
      'score 0 zero 2b8494bdea97d478',
      'score 0 zero 0ac329579277386a',
      'score 0 é 45d167233b0f4bfc',
      'score 0 é aadc85a570d91e92',
      'score 0 other 26a8f7b3c0171311',
      'score 12 full 3c5cce2c52172cf1',
      'score 12 full 3b87151b61620da4',
      'score 12 é 40bd150c71c641fe',
      'score 12 é 2b17b4cebfd5bef4',
      'score 12 other 3cbbb83396528ecf',
    ]);
  });
});
