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
  return { ...config, pretrain: withoutNull(config.pretrain), finetune: withoutNull(config.finetune) };
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
