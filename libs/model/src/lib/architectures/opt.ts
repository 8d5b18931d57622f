import { Decoder } from '../decoder';
import type { Architecture } from './architecture';
import { readOptConfig } from './opt-config';
import type { OptConfig } from './opt-config';
import { optDecoder, POSITION_OFFSET } from './opt-decoder';

/**
 * OPT and Galactica: learned positions with two rows before the first, LayerNorm before or behind each part.
 *
 * Source: Zhang et al. 2022 (arXiv 2205.01068); transformers `modeling_opt.py`.
 */
export const opt: Architecture<OptConfig> = {
  readConfig: readOptConfig,
  weightShapes,
  build: (config, weights) => new Decoder(optDecoder, config, weights),
  nameOf: (stored) => {
    if (stored.startsWith('model.') || stored.startsWith('lm_head.')) return stored;
    return stored.startsWith('decoder.') ? `model.${stored}` : `model.decoder.${stored}`;
  },
};

function weightShapes(config: OptConfig): Map<string, number[]> {
  const { vocabularySize, maxPositions, hiddenSize, embeddingSize, layers, intermediateSize } = config;
  const shapes = new Map<string, number[]>([
    ['model.decoder.embed_tokens.weight', [vocabularySize, embeddingSize]],
    ['model.decoder.embed_positions.weight', [maxPositions + POSITION_OFFSET, hiddenSize]],
  ]);
  if (embeddingSize !== hiddenSize) shapes.set('model.decoder.project_in.weight', [hiddenSize, embeddingSize]);
  const projection = (name: string, out: number, into: number) => {
    shapes.set(`${name}.weight`, [out, into]);
    if (config.biases) shapes.set(`${name}.bias`, [out]);
  };
  const norm = (name: string) => {
    if (!config.normWeights) return;
    shapes.set(`${name}.weight`, [hiddenSize]);
    shapes.set(`${name}.bias`, [hiddenSize]);
  };
  for (let layer = 0; layer < layers; layer += 1) {
    const prefix = `model.decoder.layers.${layer}`;
    for (const part of ['q_proj', 'k_proj', 'v_proj', 'out_proj'])
      projection(`${prefix}.self_attn.${part}`, hiddenSize, hiddenSize);
    norm(`${prefix}.self_attn_layer_norm`);
    projection(`${prefix}.fc1`, intermediateSize, hiddenSize);
    projection(`${prefix}.fc2`, hiddenSize, intermediateSize);
    norm(`${prefix}.final_layer_norm`);
  }
  if (config.lastNorm) norm('model.decoder.final_layer_norm');
  if (embeddingSize !== hiddenSize) shapes.set('model.decoder.project_out.weight', [embeddingSize, hiddenSize]);
  if (!config.tied) shapes.set('lm_head.weight', [vocabularySize, embeddingSize]);
  return shapes;
}
