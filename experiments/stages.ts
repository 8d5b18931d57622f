import { defineAblation } from '@tsarank/ablation';
import { tiny } from '@tsarank/config';

/**
 * What does each of the two stages add, alone and together?  (paper: with and without continual pre-training)
 * 6 variants x 3 seeds.  Run: npx nx run ablate -- stages
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
    'half-stage-one': { pretrain: { steps: Math.round(tiny.pretrain!.steps / 2) } },
    'double-stage-one': { pretrain: { steps: tiny.pretrain!.steps * 2 } },
  },
  baseline: 'recipe',
  seeds: [0, 1, 2],
  measures: ['nDCG@10', 'RR@10'],
  labels: {
    recipe: 'Both stages',
    'zero-shot': 'Neither',
    'stage-one-only': 'Stage one only',
    'no-stage-one': 'Stage two only',
    'half-stage-one': 'Both, half of stage one',
    'double-stage-one': 'Both, twice stage one',
  },
  paper: { table: 'in-domain', rows: { recipe: 'BLOOM 560M' } },
});
