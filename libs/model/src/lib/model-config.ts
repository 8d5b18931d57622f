import { InputError } from '@tsarank/io';
import type { CodeFile } from './loading/custom-code';

/** A decoder's sizes and constants, whatever its family calls them. */
export interface ModelConfig {
  /** Hugging Face's `model_type`, a key of `architectures`. */
  modelType: string;
  /** V, rows of the output matrix; the softmax runs over all of them. */
  vocabularySize: number;
  /** h */
  hiddenSize: number;
  /** L, decoder blocks. */
  layers: number;
  /** H, query heads. */
  heads: number;
  /** Hkv, key and value heads; H is a multiple of it. */
  keyValueHeads: number;
  /** d, size of one head. */
  headSize: number;
  /** f, width of the feed-forward part. */
  intermediateSize: number;
  /** Longest sequence the model was made for, in tokens. */
  maxPositions: number;
  normEpsilon: number;
  /** Whether the output matrix is the input embedding. */
  tied: boolean;
  /** `config.json` as it was read; saved again as it is. */
  raw: Readonly<Record<string, unknown>>;
  /** `generation_config.json`, where there was one. */
  generation?: Readonly<Record<string, unknown>>;
  /** Code of its own that the configuration names; saved with the model, never run. */
  code?: readonly CodeFile[];
}

/** How rotary frequencies are stretched beyond the lengths seen in training. */
export type RopeScaling =
  | { type: 'linear'; factor: number }
  | { type: 'dynamic'; factor: number; maxPositions: number }
  | {
      type: 'yarn';
      factor: number;
      /** Multiplies cosines and sines. */
      attentionFactor: number;
      /** Channels that turn more often than this over the original length are kept. */
      fastRotations: number;
      /** Channels that turn less often than this over the original length are slowed by the whole factor. */
      slowRotations: number;
      originalMaxPositions: number;
      /** Whether the ramp between the two begins and ends at whole channels. */
      truncate: boolean;
    }
  | {
      type: 'llama3';
      factor: number;
      lowFrequencyFactor: number;
      highFrequencyFactor: number;
      originalMaxPositions: number;
    };

/** Names of fields that count blocks, whose weights are named one by one before any file is asked for them. */
const LAYER_COUNT = /^(num_(hidden_|decoder_|encoder_)?layers|n_layers?|(encoder|decoder)_layers)$/;
/** The deepest published models have fewer than 200. */
const MOST_LAYERS = 10_000;

/** Typed look-ups in a JSON object; errors name the file and the field. */
export class FieldReader {
  constructor(
    private readonly object: Readonly<Record<string, unknown>>,
    private readonly file: string | undefined,
    private readonly prefix = '',
  ) {}

  /** Whether the field is there and not null. */
  has(key: string): boolean {
    return (this.object[key] ?? null) !== null;
  }

  /** A positive finite number, or the fallback where the field is absent or null. */
  number(key: string, fallback?: number): number {
    const value = this.object[key] ?? fallback;
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    throw this.wrong(key, value, 'a positive number');
  }

  /** A positive integer below 2^31, or the fallback. */
  count(key: string, fallback?: number): number {
    const value = this.number(key, fallback);
    if (!Number.isInteger(value) || value >= 2 ** 31) throw this.wrong(key, value, 'a positive integer');
    if (LAYER_COUNT.test(key) && value > MOST_LAYERS)
      throw this.wrong(key, value, `at most ${MOST_LAYERS}: no weight files hold more`);
    return value;
  }

  /** An integer of 0 or more below 2^31. */
  wholeNumber(key: string): number {
    return this.object[key] === 0 ? 0 : this.count(key);
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.object[key] ?? fallback;
    if (typeof value === 'boolean') return value;
    throw this.wrong(key, value, 'true or false');
  }

  text(key: string, fallback?: string): string {
    const value = this.object[key] ?? fallback;
    if (typeof value === 'string') return value;
    throw this.wrong(key, value, 'a string');
  }

  /** A list, or null where the field is absent. */
  list(key: string): readonly unknown[] | null {
    const value = this.object[key] ?? null;
    if (value === null || Array.isArray(value)) return value as unknown[] | null;
    throw this.wrong(key, value, 'a list');
  }

  /** A reader of an object inside, or null where it is absent. */
  inside(key: string): FieldReader | null {
    const value = this.object[key] ?? null;
    if (value === null) return null;
    if (typeof value !== 'object' || Array.isArray(value)) throw this.wrong(key, value, 'an object');
    return new FieldReader(value as Record<string, unknown>, this.file, `${this.prefix}${key}.`);
  }

  wrong(key: string, found: unknown, expected: string): InputError {
    const text = found === undefined ? 'nothing' : (JSON.stringify(found) ?? String(found));
    return new InputError({ file: this.file, field: this.prefix + key, found: text, expected });
  }
}
