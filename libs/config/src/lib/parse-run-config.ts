import { InputError, nearestName } from '@tsarank/io';
import { parseStrict, type ParseOrigin } from './parse-strict';
import { runConfigSchema, type RunConfig } from './run-config';
import { runRecordSchema, type RunRecord } from './run-record';

/**
 * A complete, checked configuration.
 *
 * @throws {InputError} naming the field, what was found and expected, and the nearest key of a misspelt one.
 */
export function parseRunConfig(value: unknown, origin?: ParseOrigin): RunConfig {
  const config = parseStrict(runConfigSchema, value, origin);
  checkEvaluation(config, origin);
  return { ...config, pretrain: withoutNull(config.pretrain), finetune: withoutMined(withoutNull(config.finetune)) };
}

/** `mined` is what an absent `groups` means: one spelling, one id. */
function withoutMined(stage: RunConfig['finetune']): RunConfig['finetune'] {
  if (stage?.groups !== 'mined') return stage;
  return Object.fromEntries(Object.entries(stage).filter(([key]) => key !== 'groups')) as typeof stage;
}

function checkEvaluation({ evaluation }: RunConfig, origin: ParseOrigin = {}): void {
  if (!evaluation) return;
  const at = (name: string): string => [origin.field, `evaluation.${name}`].filter(Boolean).join('.');
  const names = evaluation.sets?.map(({ name }) => name) ?? [];
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new InputError({ ...origin, field: at('sets'), found: `two sets named "${twice}"`, expected: 'a name each' });
  for (const [label, members] of Object.entries(evaluation.averages ?? {})) {
    const unknown = members.find((name) => !names.includes(name));
    const near = unknown === undefined ? undefined : nearestName(unknown, names);
    if (unknown !== undefined) {
      throw new InputError({
        ...origin,
        field: at(`averages.${label}`),
        found: `"${unknown}"`,
        expected: near
          ? `the set "${near}"`
          : names.length > 0
            ? `one of ${names.join(', ')}`
            : 'sets in evaluation.sets',
      });
    }
    if (names.includes(label) || new Set(members).size < members.length) {
      const found = names.includes(label) ? `an average named as the set "${label}"` : members.join(', ');
      throw new InputError({ ...origin, field: at('averages'), found, expected: 'a name of its own, every set once' });
    }
  }
}

/** A stage without adapters has no `lora`, so that its run has the id that it had before there was such a setting. */
function withoutNull<T extends { lora?: object | null }>(stage: T | null): T | null {
  if (stage?.lora !== null) return stage;
  return Object.fromEntries(Object.entries(stage).filter(([key]) => key !== 'lora')) as T;
}

/**
 * A checked record.
 *
 * @throws {InputError} for a record that this version cannot read.
 */
export function parseRunRecord(value: unknown, origin?: ParseOrigin): RunRecord {
  return parseStrict(runRecordSchema, value, origin);
}
