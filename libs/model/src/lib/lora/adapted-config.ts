import { className } from '../loading/config-file';
import { PEFT_PREFIX } from './adapter';
import type { AdapterFolder } from './adapter-folder';

/** What a class of models is called behind the family's name, before it gets a classifier's head. */
const TASK = /(ForCausalLM|LMHeadModel|ForMaskedLM|ForPreTraining|Model)$/;
const CLASSIFIER = 'ForSequenceClassification';
/** The last matrix of a classifier's head, [labels, …]. */
const HEADS = ['score.weight', 'classifier.weight', 'classifier.out_proj.weight'].map((name) => PEFT_PREFIX + name);

/**
 * The `config.json` of a base model as the adapter wants it: one that brings a classifier's head along makes a classifier of
 * any model of the family, with as many labels as its head has.
 */
export function adaptedConfig(
  raw: Readonly<Record<string, unknown>>,
  { config, weights }: AdapterFolder,
): Readonly<Record<string, unknown>> {
  const name = className(raw);
  if (config.task !== 'SEQ_CLS' || name === undefined || name.endsWith(CLASSIFIER)) return raw;
  const labels = HEADS.map((head) => weights.entries.get(head)?.shape[0]).find((count) => count !== undefined) ?? 1;
  const named = Object.fromEntries(Array.from({ length: labels }, (_, index) => [String(index), `LABEL_${index}`]));
  return {
    ...raw,
    architectures: [name.replace(TASK, '') + CLASSIFIER],
    id2label: named,
    label2id: undefined,
    num_labels: labels,
  };
}
