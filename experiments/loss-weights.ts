import { defineAblation } from '@tsarank/ablation';
import { tiny } from '@tsarank/config';

/**
 * How should the three losses of stage two be weighted?  (paper: ablation on the objective)
 * 10 variants x 3 seeds.  Run: npx ablate loss-weights
 */
export const lossWeights = defineAblation({
  name: 'loss-weights',
  question: 'How should the three losses of stage two be weighted?',
  base: tiny,
  variants: {
    recipe: {},
    'no-rank': { finetune: { weights: { rank: 0 } } },
    'no-next-token': { finetune: { weights: { nextToken: 0 } } },
    'no-difference-penalty': { finetune: { weights: { differencePenalty: 0 } } },
    'rank-alone': { finetune: { weights: { nextToken: 0, differencePenalty: 0 } } },
    'half-next-token': { finetune: { weights: { nextToken: 0.5 } } },
    'double-next-token': { finetune: { weights: { nextToken: 2 } } },
    'half-difference-penalty': { finetune: { weights: { differencePenalty: 0.5 } } },
    'double-difference-penalty': { finetune: { weights: { differencePenalty: 2 } } },
    'double-rank': { finetune: { weights: { rank: 2 } } },
  },
  baseline: 'recipe',
  seeds: [0, 1, 2],
  measures: ['nDCG@10', 'RR@10'],
  label: '{losses}',
  paper: { table: 'in-domain', rows: { recipe: 'BLOOM 560M' } },
});
