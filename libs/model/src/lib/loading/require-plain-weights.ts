import { InputError } from '@tsarank/io';
import { showValue } from '../containers/show-value';

/**
 * Whether a model's weights are stored as numbers. Checkpoints of GPTQ, AWQ, bitsandbytes and the like say in `quantization_config`
 * that theirs are packed; without this their tensors would be called unexpected one by one.
 *
 * @throws {InputError} naming the method.
 */
export function requirePlainWeights(raw: Readonly<Record<string, unknown>>, file: string): void {
  const packed = (raw['quantization_config'] ?? null) as Record<string, unknown> | null;
  if (packed === null) return;
  const expected = 'none: the unpacked model, or a GGUF file of it';
  throw new InputError({
    file,
    field: 'quantization_config.quant_method',
    found: showValue(packed['quant_method']),
    expected,
  });
}
