import { join } from 'node:path';
import { showValue } from '../containers/show-value';
import { readConfigFile } from '../loading/config-file';
import { FieldReader } from '../model-config';
import { requireHonoured } from './honoured-options';

/** Which modules an adapter changes, and how much. */
export interface AdapterConfig {
  /** r, unless `ranks` says another. */
  rank: number;
  /** The matrices' product is multiplied by alpha / r, or alpha / √r. */
  alpha: number;
  scaledByRoot: boolean;
  /** Names that a module's own ends in, a pattern that the whole name fits, `all-linear`, or null: the family's default. */
  targets: readonly string[] | string | null;
  /** Likewise, of modules that are left out. */
  excluded: readonly string[] | string;
  /** Blocks, from 0 at the bottom; null for all. */
  layers: readonly number[] | null;
  /** What the number of a block stands behind; empty: the first number counts. */
  layerPatterns: readonly string[];
  /** Ranks and alphas of modules whose names end in a pattern, the first that fits. */
  ranks: readonly (readonly [pattern: string, rank: number])[];
  alphas: readonly (readonly [pattern: string, alpha: number])[];
  /** Ends of the names of modules that are replaced as they are. */
  replaced: readonly string[];
}

/** `adapter_config.json` as it is read. */
export interface AdapterFile extends AdapterConfig {
  file: string;
  /** The model that the adapter belongs to: a path or a name on the Hub. */
  base: string;
  /** Of the model on the Hub. */
  revision: string | null;
  task: string | null;
  raw: Readonly<Record<string, unknown>>;
}

export const ADAPTER_CONFIG = 'adapter_config.json';
/** Replaced in every classifier, whether the file says so (since PEFT 0.11) or not. */
const HEADS = ['classifier', 'score'];
const TASKS = ['CAUSAL_LM', 'SEQ_CLS', 'SEQ_2_SEQ_LM', 'FEATURE_EXTRACTION'];

/**
 * The configuration of a PEFT adapter of the LoRA kind.
 *
 * @throws {InputError} naming the field, also for every option that changes what is computed and is not built.
 *
 * Source: PEFT 0.21 `LoraConfig`.
 */
export function readAdapterConfig(folder: string): AdapterFile {
  const file = join(folder, ADAPTER_CONFIG);
  const raw = readConfigFile(file);
  const fields = new FieldReader(raw, file);
  const type = fields.text('peft_type');
  if (type !== 'LORA') throw fields.wrong('peft_type', type, 'LORA');
  const task = raw['task_type'] ?? null;
  if (task !== null && !TASKS.includes(task as string))
    throw fields.wrong('task_type', task, `null or one of ${TASKS.join(', ')}`);
  requireHonoured(raw, fields);
  return {
    file,
    raw,
    task: task as string | null,
    base: fields.text('base_model_name_or_path'),
    revision: fields.has('revision') ? fields.text('revision') : null,
    rank: fields.count('r', 8),
    alpha: fields.number('lora_alpha', 8),
    scaledByRoot: fields.flag('use_rslora', false),
    targets: fields.has('target_modules') ? namesOrPattern('target_modules', raw, fields) : null,
    excluded: fields.has('exclude_modules') ? namesOrPattern('exclude_modules', raw, fields) : [],
    ...layersOf(raw, fields),
    ranks: patternNumbers('rank_pattern', raw, fields, true),
    alphas: patternNumbers('alpha_pattern', raw, fields, false),
    replaced: [
      ...(fields.has('modules_to_save') ? names('modules_to_save', raw, fields) : []),
      ...(task === 'SEQ_CLS' ? HEADS : []),
    ],
  };
}

function layersOf(raw: AdapterFile['raw'], fields: FieldReader): Pick<AdapterConfig, 'layers' | 'layerPatterns'> {
  const given = raw['layers_to_transform'] ?? null;
  const layers = given === null ? [] : Array.isArray(given) ? (given as unknown[]) : [given];
  if (!layers.every((layer) => Number.isInteger(layer) && (layer as number) >= 0)) {
    throw fields.wrong('layers_to_transform', showValue(given), 'numbers of blocks');
  }
  const pattern = raw['layers_pattern'] ?? [];
  const layerPatterns =
    typeof pattern === 'string' ? (pattern === '' ? [] : [pattern]) : names('layers_pattern', raw, fields, []);
  if (layerPatterns.length > 0 && layers.length === 0)
    throw fields.wrong('layers_to_transform', given ?? undefined, 'numbers of blocks beside layers_pattern');
  return { layers: layers.length === 0 ? null : (layers as number[]), layerPatterns };
}

function namesOrPattern(key: string, raw: AdapterFile['raw'], fields: FieldReader): readonly string[] | string {
  const value = raw[key];
  return typeof value === 'string' && value !== '' ? value : names(key, raw, fields);
}

function names(
  key: string,
  raw: AdapterFile['raw'],
  fields: FieldReader,
  fallback?: readonly string[],
): readonly string[] {
  const value = raw[key] ?? fallback;
  if (Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== '')) return value as string[];
  throw fields.wrong(key, showValue(value), 'a list of names');
}

function patternNumbers(key: string, raw: AdapterFile['raw'], fields: FieldReader, whole: boolean): [string, number][] {
  const inside = fields.inside(key);
  if (inside === null) return [];
  return Object.keys(raw[key] as object).map((pattern) => [
    pattern,
    whole ? inside.count(pattern) : inside.number(pattern),
  ]);
}
