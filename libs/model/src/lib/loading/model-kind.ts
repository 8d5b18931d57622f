import { encoderTypes } from '../classifiers';
import { encoderDecoders } from '../encoder-decoders';
import { className } from './config-file';

/**
 * What a model does: predict the next token, give numbers to a text or a pair of texts, or write a text for one that it read.
 */
export type ModelKind = 'causal-lm' | 'classifier' | 'encoder-decoder';

/** What kinds other than a language model are called, and which commands take them. */
const OTHER_KINDS: Readonly<Record<Exclude<ModelKind, 'causal-lm'>, string>> = {
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

/** What a model that is no causal language model is, in words, and who takes it. */
export function otherKind(raw: Readonly<Record<string, unknown>>, kind: Exclude<ModelKind, 'causal-lm'>): string {
  const name = className(raw);
  const said = name ?? `a model of type ${String(raw['model_type'])}`;
  const headless = kind === 'classifier' && !name?.endsWith('ForSequenceClassification');
  return `${said}, ${headless ? 'an encoder without a classification head, which no command takes' : OTHER_KINDS[kind]}`;
}
