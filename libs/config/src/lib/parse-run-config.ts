import { parseStrict, type ParseOrigin } from './parse-strict';
import { runConfigSchema, type RunConfig } from './run-config';
import { runRecordSchema, type RunRecord } from './run-record';

/**
 * A complete, checked configuration.
 *
 * @throws {InputError} naming the field, what was found and expected, and the nearest key of a misspelt one.
 */
export function parseRunConfig(value: unknown, origin?: ParseOrigin): RunConfig {
  return parseStrict(runConfigSchema, value, origin);
}

/**
 * A checked record.
 *
 * @throws {InputError} for a record that this version cannot read.
 */
export function parseRunRecord(value: unknown, origin?: ParseOrigin): RunRecord {
  return parseStrict(runRecordSchema, value, origin);
}
