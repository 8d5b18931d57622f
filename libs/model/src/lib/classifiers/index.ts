import { InputError } from '@tsarank/io';
import { className } from '../class-name';
import type { ClassifierFamily } from './classifier-family';

/** Every class of classifiers that is read. */
export const classifiers: Readonly<Record<string, ClassifierFamily>> = {};

/** The `model_type`s of encoders: no model of theirs predicts a next token. */
export const encoderTypes: ReadonlySet<string> = new Set(['bert', 'camembert', 'distilbert', 'electra', 'modernbert', 'roberta', 'xlm-roberta']);

/**
 * The class of classifiers that a `config.json` names.
 *
 * @throws {InputError} when it is none that is read, or a model without a head.
 */
export function classifierOf(raw: Readonly<Record<string, unknown>>, file: string): ClassifierFamily {
  const name = className(raw);
  const family = name !== undefined && Object.hasOwn(classifiers, name) ? classifiers[name] : undefined;
  if (family) return family;
  const found = name === undefined ? 'nothing' : name;
  throw new InputError({ file, field: 'architectures', found, expected: `one of ${Object.keys(classifiers).join(', ')}` });
}
