import { InputError } from '@tsarank/io';
import { bloom } from '../architectures/bloom';
import { gptNeo } from '../architectures/gpt-neo';
import { gptNeox } from '../architectures/gpt-neox';
import { gpt2 } from '../architectures/gpt2';
import { llama } from '../architectures/llama/llama';
import { mistral } from '../architectures/llama/mistral';
import { opt } from '../architectures/opt';
import { qwen2 } from '../architectures/llama/qwen2';
import { qwen3 } from '../architectures/llama/qwen3';
import { smollm3 } from '../architectures/llama/smollm3';
import { className } from '../loading/config-file';
import { showValue } from '../containers/show-value';
import { bert } from './bert';
import type { ClassifierFamily } from './classifier-family';
import { decoderClassifier } from './decoder-classifier';
import { distilBert } from './distilbert';
import { electra } from './electra';
import { modernBert } from './modern-bert';
import { robertaKin } from './roberta';

/** Class, without `ForSequenceClassification`, to `model_type` and family. */
const ENCODERS: Readonly<Record<string, readonly [string, ClassifierFamily]>> = {
  Bert: ['bert', bert],
  Camembert: ['camembert', robertaKin('CamembertForSequenceClassification')],
  DistilBert: ['distilbert', distilBert],
  Electra: ['electra', electra],
  ModernBert: ['modernbert', modernBert],
  Roberta: ['roberta', robertaKin('RobertaForSequenceClassification')],
  XLMRoberta: ['xlm-roberta', robertaKin('XLMRobertaForSequenceClassification')],
};
const DECODERS = {
  Bloom: bloom,
  GPT2: gpt2,
  GPTNeo: gptNeo,
  GPTNeoX: gptNeox,
  Llama: llama,
  Mistral: mistral,
  OPT: opt,
  Qwen2: qwen2,
  Qwen3: qwen3,
  SmolLM3: smollm3,
};

/** Every class of classifiers that is read. */
export const classifiers: Readonly<Record<string, ClassifierFamily>> = Object.fromEntries([
  ...Object.entries(ENCODERS).map(([name, [, family]]) => [`${name}ForSequenceClassification`, family]),
  ...Object.entries(DECODERS).map(([name, family]) => {
    const full = `${name}ForSequenceClassification`;
    return [full, decoderClassifier(full, family)];
  }),
]);

/** The `model_type`s of encoders: no model of theirs predicts a next token. */
export const encoderTypes: ReadonlySet<string> = new Set(Object.values(ENCODERS).map(([type]) => type));

/**
 * The class of classifiers that a `config.json` names.
 *
 * @throws {InputError} when it is none that is read, or a model without a head.
 */
export function classifierOf(raw: Readonly<Record<string, unknown>>, file: string): ClassifierFamily {
  const name = className(raw);
  const family = name !== undefined && Object.hasOwn(classifiers, name) ? classifiers[name] : undefined;
  if (family) return family;
  throw new InputError({
    file,
    field: 'architectures',
    found: showValue(name),
    expected: `a classifier, one of ${Object.keys(classifiers).join(', ')}`,
  });
}
