import { InputError } from '@tsarank/io';
import type { Architecture } from './architectures/architecture';
import type { CausalLm } from './causal-lm';
import type { TensorSource } from './containers/tensor-source';
import { fillWeights } from './fill-weights';
import type { ModelConfig } from './model-config';

/** Tensors that files of several families and ages carry and nobody needs. */
const NEEDLESS = /(\.attn\.attention\.bias|\.attn\.bias|\.attention\.bias|\.masked_bias|\.rotary_emb\.inv_freq|\.causal_mask|\.future_mask)$|^(model\.)?decoder\.version$/;
const LISTED = 5;

/**
 * A model of the weights in a file, tensor by tensor.
 *
 * @param nameOf Name in the model of a tensor in the file; undefined where there is none.
 * @throws {InputError} listing the tensors that are missing, unexpected or of another shape.
 */
export function loadWeights(
  architecture: Architecture,
  config: ModelConfig,
  source: TensorSource,
  nameOf: (stored: string) => string | undefined,
  restore: (name: string, data: Float32Array) => Float32Array = (_, data) => data,
): CausalLm {
  const shapes = architecture.weightShapes(config);
  const homes = new Map<string, string>();
  const unexpected: string[] = [];
  for (const stored of source.entries.keys()) {
    if (NEEDLESS.test(stored)) continue;
    const name = nameOf(stored);
    // A tied output matrix may be stored a second time.
    if (config.tied && (name === 'lm_head.weight' || name === 'embed_out.weight')) continue;
    if (name !== undefined && shapes.has(name) && !homes.has(name)) homes.set(name, stored);
    else unexpected.push(stored);
  }
  const missing = [...shapes.keys()].filter((name) => !homes.has(name));
  const misshapen = [...homes].flatMap(([name, stored]) => {
    const found = source.entries.get(stored)!.shape.join(', ');
    const expected = shapes.get(name)!.join(', ');
    return found === expected ? [] : [`${stored} [${found}], expected [${expected}]`];
  });
  const problems = [listed('missing tensors', missing), listed('unexpected tensors', unexpected), listed('tensors of another shape', misshapen)];
  const message = problems.filter((problem) => problem !== '').join('; ');
  if (message !== '') throw new InputError({ file: source.file, message });
  return architecture.build(
    config,
    fillWeights(shapes, (name) => restore(name, source.read(homes.get(name)!))),
  );
}

function listed(what: string, names: string[]): string {
  if (names.length === 0) return '';
  const rest = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return `${what}: ${names.slice(0, LISTED).join(', ')}${rest}`;
}
