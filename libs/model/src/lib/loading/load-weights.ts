import type { Architecture } from '../architectures/architecture';
import type { CausalLm } from '../causal-lm';
import type { TensorSource } from '../containers/tensor-source';
import type { LoadProgress } from './load-progress';
import type { ModelConfig } from '../model-config';
import { readWeights } from './read-weights';

/** Tensors that files of several families and ages carry and nobody needs. */
const NEEDLESS = /(\.attn\.attention\.bias|\.attn\.bias|\.attention\.bias|\.masked_bias|\.rotary_emb\.inv_freq|\.causal_mask|\.future_mask)$|^(model\.)?decoder\.version$/;

/**
 * A decoder of the weights in a file, tensor by tensor.
 *
 * @param nameOf Name in the model of a tensor in the file; undefined where there is none.
 * @throws {InputError} as readWeights.
 */
export function loadWeights(
  architecture: Architecture,
  config: ModelConfig,
  source: TensorSource,
  nameOf: (stored: string) => string | undefined,
  onProgress?: LoadProgress,
): CausalLm {
  return architecture.build(config, readWeights(architecture.weightShapes(config), source, decoderNames(config, nameOf), onProgress));
}

/** A decoder's names of the tensors in its file, null for those that nobody needs. */
export function decoderNames(config: ModelConfig, nameOf: (stored: string) => string | undefined): (stored: string) => string | null | undefined {
  return (stored) => {
    if (isNeedless(stored)) return null;
    const name = nameOf(stored);
    // A tied output matrix may be stored a second time.
    return config.tied && (name === 'lm_head.weight' || name === 'embed_out.weight') ? null : name;
  };
}

/** Whether a tensor of a decoder's file is a buffer that nobody needs. */
export function isNeedless(stored: string): boolean {
  return NEEDLESS.test(stored);
}
