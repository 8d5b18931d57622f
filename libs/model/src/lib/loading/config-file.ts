import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, readPublishedJson } from '@tsarank/io';
import { showValue } from '../containers/show-value';

/**
 * The JSON object in a file.
 *
 * @throws {InputError} when there is none.
 */
export function readConfigFile(file: string): Record<string, unknown> {
  const value = readPublishedJson(file);
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InputError({ file, found: showValue(value), expected: 'a JSON object' });
}

/** The first of `architectures` in a `config.json`: Hugging Face's class of the model that was saved. */
export function className(raw: Readonly<Record<string, unknown>>): string | undefined {
  const names = raw['architectures'];
  const first: unknown = Array.isArray(names) ? names[0] : undefined;
  return typeof first === 'string' ? first : undefined;
}

/** `generation_config.json` of a folder, where there is one. */
export function readGenerationConfig(folder: string): Record<string, unknown> | undefined {
  const file = join(folder, 'generation_config.json');
  return existsSync(file) ? readConfigFile(file) : undefined;
}
