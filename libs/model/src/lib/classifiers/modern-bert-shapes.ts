import type { ModernBertConfig } from './modern-bert-config';

/** Name and shape of every weight of a ModernBERT classifier. */
export function modernBertShapes(config: ModernBertConfig): Map<string, number[]> {
  const { vocabularySize, hiddenSize, layers, intermediateSize, labels } = config;
  const shapes = new Map<string, number[]>();
  const part = (name: string, bias: boolean, ...shape: [number] | [number, number]) => {
    shapes.set(`${name}.weight`, shape);
    if (bias) shapes.set(`${name}.bias`, [shape[0]]);
  };
  const norm = (name: string) => part(name, config.normBias, hiddenSize);
  shapes.set('model.embeddings.tok_embeddings.weight', [vocabularySize, hiddenSize]);
  norm('model.embeddings.norm');
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `model.layers.${layer}`;
    if (layer > 0) norm(`${name}.attn_norm`);
    part(`${name}.attn.Wqkv`, config.attentionBias, 3 * hiddenSize, hiddenSize);
    part(`${name}.attn.Wo`, config.attentionBias, hiddenSize, hiddenSize);
    norm(`${name}.mlp_norm`);
    part(`${name}.mlp.Wi`, config.feedForwardBias, 2 * intermediateSize, hiddenSize);
    part(`${name}.mlp.Wo`, config.feedForwardBias, hiddenSize, intermediateSize);
  }
  norm('model.final_norm');
  part('head.dense', config.headBias, hiddenSize, hiddenSize);
  norm('head.norm');
  part('classifier', true, labels, hiddenSize);
  return shapes;
}
