import { defineAblation, levels } from '@tsarank/ablation';
import { tiny } from '@tsarank/config';

/**
 * Do low-rank adapters (LoRA) do in stage two what training the top blocks does, and with how few weights?
 * 9 variants x 3 seeds.  Run: npx nx run ablate -- lora
 */
export const lora = defineAblation({
  name: 'lora',
  question: 'Do low-rank adapters do what training the top blocks does?',
  base: tiny,
  variants: {
    recipe: {},
    'all-weights': { finetune: { topLayers: 0 } },
    ...levels('rank', [2, 8, 32], (rank) => ({ finetune: { topLayers: 0, lora: { rank, alpha: 2 * rank, targetModules: 'all-linear' } } })),
    ...levels('top-2-rank', [2, 8, 32], (rank) => ({ finetune: { lora: { rank, alpha: 2 * rank, targetModules: 'all-linear' } } })),
    'query-value': { finetune: { topLayers: 0, lora: { rank: 8, alpha: 16, targetModules: ['q_proj', 'v_proj'] } } },
  },
  baseline: 'recipe',
  seeds: [0, 1, 2],
  measures: ['nDCG@10', 'RR@10'],
  labels: {
    recipe: 'Top 2 blocks train',
    'all-weights': 'Every weight trains',
    'rank-2': 'Adapters of rank 2',
    'rank-8': 'Adapters of rank 8',
    'rank-32': 'Adapters of rank 32',
    'top-2-rank-2': 'Adapters of rank 2, top 2 blocks',
    'top-2-rank-8': 'Adapters of rank 8, top 2 blocks',
    'top-2-rank-32': 'Adapters of rank 32, top 2 blocks',
    'query-value': 'Adapters of rank 8, queries and values',
  },
});
