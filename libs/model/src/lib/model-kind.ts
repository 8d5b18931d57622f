import { className } from './class-name';
import { encoderTypes } from './classifiers';
import { encoderDecoders } from './encoder-decoders';

/**
 * What a model does: predict the next token, give numbers to a text or a pair of texts, or write a text for one that it read.
 */
export type ModelKind = 'causal-lm' | 'classifier' | 'encoder-decoder';

/** What a kind is called, and which commands take it. */
export const KIND_NAMES: Readonly<Record<ModelKind, string>> = {
  'causal-lm': 'a causal language model, which every command takes',
  classifier: 'a classifier, which `score` and `rerank` take',
  'encoder-decoder': 'an encoder-decoder model, which `score` and `rerank` take',
};

/** What kind of model a `config.json` describes, by its `model_type` and the first of its `architectures`. */
export function modelKind(raw: Readonly<Record<string, unknown>>): ModelKind {
  const type = String(raw['model_type']);
  const name = className(raw) ?? '';
  if (Object.hasOwn(encoderDecoders, type) || name.endsWith('ForConditionalGeneration')) return 'encoder-decoder';
  return encoderTypes.has(type) || name.endsWith('ForSequenceClassification') ? 'classifier' : 'causal-lm';
}
