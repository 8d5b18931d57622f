import { defineAblation, levels } from '@tsarank/ablation';
import { tiny } from '@tsarank/config';

/**
 * How many negatives should a group hold?  (paper: ablation on group size: 8, 16, 24, 32, 48 documents)
 * 4 variants x 3 seeds.  Run: npx nx run ablate -- negatives
 */
export const negatives = defineAblation({
  name: 'negatives',
  question: 'How many negatives should a group hold?',
  base: tiny,
  variants: { recipe: {}, ...levels('negatives', [3, 7, 15], (count) => ({ finetune: { negatives: count } })) },
  baseline: 'recipe',
  seeds: [0, 1, 2],
  measures: ['nDCG@10', 'RR@10'],
  labels: { recipe: '1 negative' },
  paper: { table: 'in-domain', rows: { recipe: 'BLOOM 560M' } },
});
