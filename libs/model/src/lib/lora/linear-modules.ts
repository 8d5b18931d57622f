import { layerInName } from '../causal-lm';

const EMBEDDING = /(^|\.)(embed_\w+|w[tp]e|\w+_embeddings?|\w*_?tokens|shared|relative_attention_bias)$/;
const HEAD = /^(lm_head|embed_out)$/;

/** A matrix that maps rows to rows. */
export interface LinearModule {
  name: string;
  into: number;
  out: number;
}

/**
 * The linear modules among a model's weights: every matrix but those that are looked up by row.
 *
 * @param inputFirst Whether the blocks' matrices are stored [in, out] rather than [out, in].
 */
export function linearModules(shapes: ReadonlyMap<string, readonly number[]>, inputFirst: boolean): LinearModule[] {
  return [...shapes].flatMap(([weight, shape]) => {
    const name = weight.replace(/\.weight$/, '');
    if (shape.length !== 2 || name === weight || isEmbedding(name)) return [];
    const [out, into] = (isInputFirst(name, inputFirst) ? [shape[1], shape[0]] : shape) as [number, number];
    return [{ name, into, out }];
  });
}

/** The matrices among a model's weights that are looked up by row: `into` rows of `out` numbers, as PEFT counts them. */
export function embeddingModules(shapes: ReadonlyMap<string, readonly number[]>): LinearModule[] {
  return [...shapes].flatMap(([weight, shape]) => {
    const name = weight.replace(/\.weight$/, '');
    return shape.length === 2 && name !== weight && isEmbedding(name)
      ? [{ name, into: shape[0]!, out: shape[1]! }]
      : [];
  });
}

function isEmbedding(module: string): boolean {
  return EMBEDDING.test(module) && !HEAD.test(module);
}

/** Whether a module's matrix is stored [in, out]: in a family that does so, those of the blocks are. */
export function isInputFirst(module: string, inputFirst: boolean): boolean {
  return inputFirst && layerInName(`${module}.`) !== null;
}
