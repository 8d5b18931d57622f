import { InputError } from '@tsarank/io';
import { showValue } from '../containers/show-value';
import type { EncoderDecoderFamily } from './encoder-decoder-family';
import { t5Family } from './t5-family';

/** Every family of encoder-decoder models by its `model_type`. */
export const encoderDecoders: Readonly<Record<string, EncoderDecoderFamily>> = {
  mt5: t5Family('mt5'),
  t5: t5Family('t5'),
  umt5: t5Family('umt5'),
};

/**
 * The family that a `config.json` names.
 *
 * @throws {InputError} when it is none that is read.
 */
export function encoderDecoderOf(raw: Readonly<Record<string, unknown>>, file: string): EncoderDecoderFamily {
  const type = String(raw['model_type']);
  const family = Object.hasOwn(encoderDecoders, type) ? encoderDecoders[type] : undefined;
  if (family) return family;
  throw new InputError({
    file,
    field: 'model_type',
    found: showValue(raw['model_type']),
    expected: `one of ${Object.keys(encoderDecoders).join(', ')}`,
  });
}
