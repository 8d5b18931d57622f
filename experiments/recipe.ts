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
  // Levels that suit its 16 top blocks of 24 and 47 negatives.
  presets: {
    published: {
      'zero-shot': { pretrain: null, finetune: null },
      'stage-one-only': { finetune: null },
      'no-stage-one': { pretrain: null },
      'top-4': { finetune: { topLayers: 4 } },
      'top-8': { finetune: { topLayers: 8 } },
      'all-weights': { finetune: { topLayers: 0 } },
      'negatives-7': { finetune: { negatives: 7 } },
      'negatives-23': { finetune: { negatives: 23 } },
      'no-rank': { finetune: { weights: { rank: 0 } } },
      'no-next-token': { finetune: { weights: { nextToken: 0 } } },
      'no-difference-penalty': { finetune: { weights: { differencePenalty: 0 } } },
    },
  },
  baseline: 'recipe',
  seeds: [0],
  measures: ['nDCG@10', 'RR@10'],
  label: '{recipe}',
  labels: {
    'top-1': '{trainable}',
    'top-3': '{trainable}',
    'top-4': '{trainable}',
    'top-8': '{trainable}',
    'all-weights': '{trainable}',
    'negatives-2': '{negatives}',
    'negatives-4': '{negatives}',
    'negatives-7': '{negatives}',
    'negatives-23': '{negatives}',
  },
  paper: { table: 'in-domain', rows: { recipe: 'BLOOM 560M' } },
});
