import { InputError, nearestName } from '@tsarank/io';
import type { ConfigPatch } from './config-patch';
import { keysAt } from './parse-strict';
import { runConfigSchema } from './run-config';

/**
 * Reads one `path=value` setting as a patch. The value is JSON where it parses as JSON, else plain text.
 *
 * @throws {InputError} when there is no `=`, or when the path names no setting (the nearest name is given).
 *
 * @example
 * parseSetting('finetune.weights.rank=0.5'); // { finetune: { weights: { rank: 0.5 } } }
 */
export function parseSetting(text: string): ConfigPatch {
  const at = text.indexOf('=');
  if (at <= 0)
    throw new InputError({ field: '--set', found: `"${text}"`, expected: 'path=value, as in finetune.steps=100' });
  const path = text.slice(0, at).trim().split('.');
  path.forEach((key, depth) => {
    const known = keysAt(runConfigSchema, path.slice(0, depth));
    if (known.includes(key)) return;
    const near = nearestName(key, known);
    throw new InputError({
      field: `--set ${path.join('.')}`,
      found: `unknown key "${key}"`,
      expected: near
        ? `"${near}"`
        : known.length
          ? `one of ${known.join(', ')}`
          : `no key inside "${path.slice(0, depth).join('.')}"`,
    });
  });
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), parseValue(text.slice(at + 1))) as ConfigPatch;
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
