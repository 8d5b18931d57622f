import { defineAblation, levels } from '@tsarank/ablation';
import { tiny, type ConfigPatch } from '@tsarank/config';

const withNegatives = (count: number): ConfigPatch => ({ finetune: { negatives: count } });

/**
 * How many negatives should a group hold?  (paper: ablation on group size: 8, 16, 24, 32, 48 documents)
 * 4 variants x 3 seeds.  Run: npx ablate negatives
 */
export const negatives = defineAblation({
  name: 'negatives',
  question: 'How many negatives should a group hold?',
  base: tiny,
  variants: { recipe: {}, ...levels('negatives', [3, 7, 15], withNegatives) },
  // The paper's groups: 8, 16, 24, 32 and 48 documents, the last the preset's own.
  presets: { published: levels('negatives', [7, 15, 23, 31], withNegatives) },
  baseline: 'recipe',
  seeds: [0, 1, 2],
  measures: ['nDCG@10', 'RR@10'],
  label: '{negatives}',
  paper: { table: 'in-domain', rows: { recipe: 'BLOOM 560M' } },
});
