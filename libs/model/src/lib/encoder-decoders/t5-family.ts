import type { EncoderDecoderFamily } from './encoder-decoder-family';
import { T5 } from './t5';
import { readT5Config } from './t5-config';
import type { T5Config, T5Type } from './t5-config';
import { HEAD } from './t5-config';
import { isNeedlessInT5, t5WeightShapes } from './t5-weights';

/** T5 or one of its kin, by its `model_type`. */
export function t5Family(modelType: T5Type): EncoderDecoderFamily<T5Config> {
  return {
    readConfig: (raw, file, stored) => readT5Config(modelType, raw, file, stored),
    weightShapes: t5WeightShapes,
    // A tied output matrix may be stored a second time.
    nameOf: (stored, { tied }) => (isNeedlessInT5(stored) || (tied && stored === HEAD) ? null : stored),
    build: (config, weights) => new T5(config, weights),
  };
}
