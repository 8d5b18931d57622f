import { HEAD, type T5Config } from './t5-config';

export const EMBEDDING = 'shared.weight';

/** Parts of a block in their order: `layer.0`, `layer.1`, …; a decoder reads the encoder between the other two. */
export const BLOCK_PARTS = {
  encoder: { self: 'layer.0', feedForward: 'layer.1' },
  decoder: { self: 'layer.0', cross: 'layer.1', feedForward: 'layer.2' },
} as const;

/** In the first block of a stack, or in each. */
export const BIAS_TABLE = 'layer.0.SelfAttention.relative_attention_bias.weight';

/** Copies of the embedding, and a table that old files have for a bias that nobody adds. */
const NEEDLESS =
  /^((encoder|decoder)\.embed_tokens\.weight|decoder\.block\.0\.layer\.1\.EncDecAttention\.relative_attention_bias\.weight)$/;

export function isNeedlessInT5(stored: string): boolean {
  return NEEDLESS.test(stored);
}

/** Name and shape of every weight, in the order in which they are used. */
export function t5WeightShapes(config: T5Config): Map<string, number[]> {
  const { vocabularySize, hiddenSize, tied } = config;
  const shapes = new Map<string, number[]>([[EMBEDDING, [vocabularySize, hiddenSize]]]);
  addStack(shapes, config, 'encoder', config.layers);
  addStack(shapes, config, 'decoder', config.decoderLayers);
  if (!tied) shapes.set(HEAD, [vocabularySize, hiddenSize]);
  return shapes;
}

function addStack(shapes: Map<string, number[]>, config: T5Config, stack: 'encoder' | 'decoder', blocks: number): void {
  const { hiddenSize, intermediateSize, heads, headSize, buckets, ownBiases, gated } = config;
  const inner = heads * headSize;
  const attention = (prefix: string) => {
    for (const part of ['q', 'k', 'v']) shapes.set(`${prefix}.${part}.weight`, [inner, hiddenSize]);
    shapes.set(`${prefix}.o.weight`, [hiddenSize, inner]);
  };
  for (let block = 0; block < blocks; block += 1) {
    for (const [part, place] of Object.entries(BLOCK_PARTS[stack])) {
      const prefix = `${stack}.block.${block}.${place}`;
      shapes.set(`${prefix}.layer_norm.weight`, [hiddenSize]);
      if (part === 'cross') attention(`${prefix}.EncDecAttention`);
      if (part === 'self') {
        attention(`${prefix}.SelfAttention`);
        if (block === 0 || ownBiases) shapes.set(`${stack}.block.${block}.${BIAS_TABLE}`, [buckets, heads]);
      }
      if (part !== 'feedForward') continue;
      for (const into of gated ? ['wi_0', 'wi_1'] : ['wi'])
        shapes.set(`${prefix}.DenseReluDense.${into}.weight`, [intermediateSize, hiddenSize]);
      shapes.set(`${prefix}.DenseReluDense.wo.weight`, [hiddenSize, intermediateSize]);
    }
  }
  shapes.set(`${stack}.final_layer_norm.weight`, [hiddenSize]);
}
