import { canonicalJson } from '@tsarank/io';

export interface ConfigDifference {
  /** `finetune.topLayers` */
  path: string;
  from: unknown;
  to: unknown;
}

/**
 * Where two configurations differ, the deepest common path of each difference; the seed is no difference.
 *
 * @example
 * configDifferences({ a: { b: 1 } }, { a: { b: 2 } }); // [{ path: 'a.b', from: 1, to: 2 }]
 */
export function configDifferences(from: unknown, to: unknown, path = ''): ConfigDifference[] {
  if (path === 'seed') return [];
  if (isPlain(from) && isPlain(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return keys.flatMap((key) => configDifferences(from[key], to[key], path ? `${path}.${key}` : key));
  }
  return same(from, to) ? [] : [{ path, from, to }];
}

/** A setting's value in a few characters; a whole stage is `on`, its absence `none`, 0 trainable layers `all`, adapters their rank. */
export function settingText(value: unknown, path: string): string {
  if (value === 0 && path.endsWith('.topLayers')) return 'all';
  if (value === null || value === undefined) return 'none';
  if (path.endsWith('.lora') && isPlain(value)) return `rank ${String(value['rank'])}, alpha ${String(value['alpha'])}`;
  if (isPlain(value)) return 'on';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const same = (from: unknown, to: unknown): boolean =>
  from === undefined || to === undefined ? from === to : canonicalJson(from) === canonicalJson(to);

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
