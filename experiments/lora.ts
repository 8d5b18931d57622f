import { defineAblation } from '@tsarank/ablation';
import { tiny } from '@tsarank/config';

/** Adapters of every matrix of the blocks, multiplied by 2 whatever their rank. */
const adapters = (rank: number) => ({ rank, alpha: 2 * rank, targetModules: 'all-linear' as const });

/**
 * Do low-rank adapters (LoRA) do in stage two what training the top blocks does?
 * 9 variants x 3 seeds.  Run: npx ablate lora
 */
export const lora = defineAblation({
  name: 'lora',
  question: 'Do low-rank adapters do what training the top blocks does?',
  base: tiny,
  variants: {
    recipe: {},
    'all-weights': { finetune: { topLayers: 0 } },
    'rank-2': { finetune: { topLayers: 0, lora: adapters(2) } },
    'rank-8': { finetune: { topLayers: 0, lora: adapters(8) } },
    'rank-32': { finetune: { topLayers: 0, lora: adapters(32) } },
    'top-rank-2': { finetune: { lora: adapters(2) } },
    'top-rank-8': { finetune: { lora: adapters(8) } },
    'top-rank-32': { finetune: { lora: adapters(32) } },
    'query-value': { finetune: { topLayers: 0, lora: { rank: 8, alpha: 16, targetModules: ['q_proj', 'v_proj'] } } },
  },
  baseline: 'recipe',
  seeds: [0, 1, 2],
  measures: ['nDCG@10', 'RR@10'],
  label: '{adapters}',
});
