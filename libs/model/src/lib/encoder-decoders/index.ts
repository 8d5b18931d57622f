import type { EncoderDecoderFamily } from './encoder-decoder-family';

/** Every family of encoder-decoder models by its `model_type`. */
export const encoderDecoders: Readonly<Record<string, EncoderDecoderFamily>> = {};
