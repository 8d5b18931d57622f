import type { Architecture } from '../architectures/architecture';
import { isNeedless } from '../architectures/needless-tensors';
import type { ClassifierFamily } from '../classifiers/classifier-family';
import type { EncoderDecoderConfig } from '../encoder-decoder-lm';
import type { EncoderDecoderFamily } from '../encoder-decoders/encoder-decoder-family';
import type { ModelConfig } from '../model-config';
import type { ClassifierConfig } from '../sequence-classifier';

/** The weights that a configuration speaks of, and what a file calls them. */
export interface ExpectedWeights {
  /** Hugging Face's `model_type`. */
  modelType: string;
  /** Every weight by its name in the model. */
  shapes: ReadonlyMap<string, readonly number[]>;
  /** Name in the model of a tensor in a file; null for one that nobody needs, undefined where it isn't known. */
  nameOf: (stored: string) => string | null | undefined;
  /** Whether the output matrix is the input embedding, or may be. */
  tied: boolean;
}

/** @param nameOf Of a file whose names are not Hugging Face's. */
export function decoderWeights(
  architecture: Architecture,
  config: ModelConfig,
  nameOf = architecture.nameOf,
): ExpectedWeights {
  const { modelType, tied } = config;
  return {
    modelType,
    shapes: architecture.weightShapes(config),
    nameOf: (stored) => {
      if (isNeedless(stored)) return null;
      const name = nameOf(stored);
      // A tied output matrix may be stored a second time.
      return tied && (name === 'lm_head.weight' || name === 'embed_out.weight') ? null : name;
    },
    tied,
  };
}

export function classifierWeights(family: ClassifierFamily, config: ClassifierConfig): ExpectedWeights {
  const { modelType } = config;
  // There is no output matrix that an embedding could be.
  return {
    modelType,
    shapes: family.weightShapes(config),
    nameOf: (stored) => family.nameOf(stored, config),
    tied: false,
  };
}

export function encoderDecoderWeights(family: EncoderDecoderFamily, config: EncoderDecoderConfig): ExpectedWeights {
  const { modelType, raw } = config;
  return {
    modelType,
    shapes: family.weightShapes(config),
    nameOf: (stored) => family.nameOf(stored, config),
    tied: raw['tie_word_embeddings'] !== false,
  };
}
