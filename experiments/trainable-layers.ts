import { defineAblation, levels } from '@tsarank/ablation';
import { tiny, type ConfigPatch } from '@tsarank/config';

const withTopLayers = (topLayers: number): ConfigPatch => ({ finetune: { topLayers } });

/**
 * How many of the top blocks should stage two train?  (paper: ablation on trainable layers: 2, 4, 8, 16 of 24)
 * 5 variants x 3 seeds.  Run: npx ablate trainable-layers
 */
export const trainableLayers = defineAblation({
  name: 'trainable-layers',
  question: 'How many of the top blocks should stage two train?',
  base: tiny,
  variants: {
    recipe: {},
    ...levels('top', [1, 3, 4], withTopLayers),
    'all-weights': withTopLayers(0),
  },
  // The paper's levels; 16, of 24 blocks, is the preset's own.
  presets: { published: { ...levels('top', [2, 4, 8], withTopLayers), 'all-weights': withTopLayers(0) } },
  baseline: 'recipe',
  seeds: [0, 1, 2],
  measures: ['nDCG@10', 'RR@10'],
  label: '{trainable}',
  paper: { table: 'in-domain', rows: { recipe: 'BLOOM 560M' } },
});
