import { defineAblation } from '@tsarank/ablation';
import { tiny } from '@tsarank/config';

/**
 * What is each part of the recipe worth?  (paper: main results and ablation study)
 * 12 variants x 1 seed.  Run: npx nx run ablate
 */
export const recipe = defineAblation({
  name: 'recipe',
  question: 'What is each part of the recipe worth?',
  base: tiny,
  variants: {
    recipe: {},
    'zero-shot': { pretrain: null, finetune: null },
    'stage-one-only': { finetune: null },
    'no-stage-one': { pretrain: null },
    'top-1': { finetune: { topLayers: 1 } },
    'top-3': { finetune: { topLayers: 3 } },
    'all-weights': { finetune: { topLayers: 0 } },
    'negatives-2': { finetune: { negatives: 2 } },
    'negatives-4': { finetune: { negatives: 4 } },
    'no-rank': { finetune: { weights: { rank: 0 } } },
    'no-next-token': { finetune: { weights: { nextToken: 0 } } },
    'no-difference-penalty': { finetune: { weights: { differencePenalty: 0 } } },
  },
  baseline: 'recipe',
  seeds: [0],
  measures: ['nDCG@10', 'RR@10'],
  labels: {
    recipe: 'Full recipe',
    'zero-shot': 'Zero-shot',
    'stage-one-only': 'Stage one only',
    'no-stage-one': 'No stage one',
    'top-1': 'Top block trains',
    'top-3': 'Top 3 blocks train',
    'all-weights': 'Every weight trains',
    'negatives-2': '2 negatives',
    'negatives-4': '4 negatives',
    'no-rank': 'Rank loss off',
    'no-next-token': 'Next-token loss off',
    'no-difference-penalty': 'Difference penalty off',
  },
  paper: { table: 'in-domain', rows: { recipe: 'BLOOM 560M' } },
});
