import type { LlamaConfig } from './llama-config';

/** Name and shape of every weight of a LLaMA-type decoder. */
export function llamaWeightShapes(config: LlamaConfig): Map<string, number[]> {
  const { vocabularySize, hiddenSize, layers, heads, keyValueHeads, headSize, intermediateSize } = config;
  const shapes = new Map<string, number[]>([['model.embed_tokens.weight', [vocabularySize, hiddenSize]]]);
  const projection = (name: string, out: number, into: number, bias: boolean) => {
    shapes.set(`${name}.weight`, [out, into]);
    if (bias) shapes.set(`${name}.bias`, [out]);
  };
  for (let layer = 0; layer < layers; layer += 1) {
    const prefix = `model.layers.${layer}`;
    const attention = `${prefix}.self_attn`;
    shapes.set(`${prefix}.input_layernorm.weight`, [hiddenSize]);
    projection(`${attention}.q_proj`, heads * headSize, hiddenSize, config.queryKeyValueBias);
    projection(`${attention}.k_proj`, keyValueHeads * headSize, hiddenSize, config.queryKeyValueBias);
    if (config.headNorms)
      for (const norm of ['q_norm', 'k_norm']) shapes.set(`${attention}.${norm}.weight`, [headSize]);
    projection(`${attention}.v_proj`, keyValueHeads * headSize, hiddenSize, config.queryKeyValueBias);
    projection(`${attention}.o_proj`, hiddenSize, heads * headSize, config.outputBias);
    shapes.set(`${prefix}.post_attention_layernorm.weight`, [hiddenSize]);
    projection(`${prefix}.mlp.gate_proj`, intermediateSize, hiddenSize, config.feedForwardBias);
    projection(`${prefix}.mlp.up_proj`, intermediateSize, hiddenSize, config.feedForwardBias);
    projection(`${prefix}.mlp.down_proj`, hiddenSize, intermediateSize, config.feedForwardBias);
  }
  shapes.set('model.norm.weight', [hiddenSize]);
  if (!config.tied) shapes.set('lm_head.weight', [vocabularySize, hiddenSize]);
  return shapes;
}
