import { defineAblation } from '@tsarank/ablation';
import { times, tiny } from '@tsarank/config';

/**
 * What does each of the two stages add, alone and together?  (paper: with and without continual pre-training)
 * 6 variants x 3 seeds.  Run: npx ablate stages
 */
export const stages = defineAblation({
  name: 'stages',
  question: 'What does each of the two stages add, alone and together?',
  base: tiny,
  variants: {
    recipe: {},
    'zero-shot': { pretrain: null, finetune: null },
    'stage-one-only': { finetune: null },
    'no-stage-one': { pretrain: null },
    'half-stage-one': { pretrain: { steps: times(0.5) } },
    'double-stage-one': { pretrain: { steps: times(2) } },
  },
  baseline: 'recipe',
  seeds: [0, 1, 2],
  measures: ['nDCG@10', 'RR@10'],
  label: '{stages}, {stageOne}',
  labels: { 'zero-shot': '{stages}', 'no-stage-one': '{stages}', 'stage-one-only': '{stages}' },
  paper: { table: 'in-domain', rows: { recipe: 'BLOOM 560M' } },
});
