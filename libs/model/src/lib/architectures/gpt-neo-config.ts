import { FieldReader } from '../model-config';
import type { ModelConfig } from '../model-config';
import { readActivation } from '../parts/named-activations';
import type { ActivationName } from '../parts/named-activations';

/** What GPT-Neo has beside the sizes that all have. */
export interface GptNeoConfig extends ModelConfig {
  activation: ActivationName;
  /** Of every block: whether it sees only the last `window` tokens. */
  local: readonly boolean[];
  window: number;
}

/**
 * GPT-Neo's `config.json`.
 *
 * @throws {InputError} naming file and field.
 */
export function readGptNeoConfig(raw: Readonly<Record<string, unknown>>, file?: string): GptNeoConfig {
  const fields = new FieldReader(raw, file);
  // Where a file has both, transformers takes the general name's.
  const size = (own: string, general: string): number => fields.count((raw[general] ?? null) === null ? own : general);
  const hiddenSize = fields.count('hidden_size');
  const heads = size('num_heads', 'num_attention_heads');
  if (hiddenSize % heads !== 0) throw fields.wrong('num_heads', heads, `a divisor of hidden_size, ${hiddenSize}`);
  const layers = size('num_layers', 'num_hidden_layers');
  return {
    modelType: 'gpt_neo',
    vocabularySize: fields.count('vocab_size'),
    hiddenSize,
    layers,
    heads,
    keyValueHeads: heads,
    headSize: hiddenSize / heads,
    intermediateSize: fields.count('intermediate_size', 4 * hiddenSize),
    maxPositions: fields.count('max_position_embeddings', 2048),
    normEpsilon: fields.number('layer_norm_epsilon', 1e-5),
    activation: readActivation(fields, 'activation_function', 'gelu_new'),
    local: readLocal(raw, fields, layers),
    window: fields.count('window_size', 256),
    tied: fields.flag('tie_word_embeddings', true),
    raw,
  };
}

/** `attention_types`, [[kinds, times], …], written out; `attention_layers`, where a file has it, is that list already. */
function readLocal(raw: Readonly<Record<string, unknown>>, fields: FieldReader, layers: number): boolean[] {
  const field = (raw['attention_layers'] ?? null) === null ? 'attention_types' : 'attention_layers';
  const found = raw[field] ?? [[['global', 'local'], 12]];
  const kinds = field === 'attention_layers' ? found : expand(found, layers);
  const isKind = (kind: unknown): boolean => kind === 'global' || kind === 'local';
  if (Array.isArray(kinds) && kinds.length === layers && kinds.every(isKind))
    return kinds.map((kind) => kind === 'local');
  const form = field === 'attention_layers' ? 'a list of' : 'a list of [[kinds], times] that gives';
  throw fields.wrong(field, found, `${form} "global" or "local" for each of the ${layers} layers`);
}

/** Undefined for what has no such form or gives more than `layers`. */
function expand(types: unknown, layers: number): unknown[] | undefined {
  if (!Array.isArray(types)) return undefined;
  const expanded: unknown[] = [];
  for (const entry of types as unknown[]) {
    const [kinds, times] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (!Array.isArray(kinds) || typeof times !== 'number' || !Number.isInteger(times)) return undefined;
    if (times < 0 || expanded.length + kinds.length * times > layers) return undefined;
    for (let time = 0; time < (kinds.length > 0 ? times : 0); time += 1) expanded.push(...(kinds as unknown[]));
  }
  return expanded;
}
