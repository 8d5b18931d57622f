import type { EncoderDecoderFamily } from './encoder-decoder-family';
import { t5Family } from './t5-family';

/** Every family of encoder-decoder models by its `model_type`. */
export const encoderDecoders: Readonly<Record<string, EncoderDecoderFamily>> = { mt5: t5Family('mt5'), t5: t5Family('t5'), umt5: t5Family('umt5') };
