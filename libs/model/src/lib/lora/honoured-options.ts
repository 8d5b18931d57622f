import type { FieldReader } from '../model-config';

/** Read elsewhere, or without a say in what an adapter that is done computes. */
const KNOWN = new Set([
  'alpha_pattern',
  'auto_mapping',
  'base_model_name_or_path',
  'corda_config',
  'eva_config',
  'exclude_modules',
  'fan_in_fan_out',
  'inference_mode',
  'init_lora_weights',
  'layers_pattern',
  'layers_to_transform',
  'loftq_config',
  'lora_alpha',
  'lora_dropout',
  'lora_ga_config',
  'megatron_core',
  'modules_to_save',
  'peft_type',
  'peft_version',
  'qalora_group_size',
  'r',
  'rank_pattern',
  'revision',
  'runtime_config',
  'target_modules',
  'task_type',
  'use_rslora',
]);
/** Values of `init_lora_weights` that leave the base model as it is. */
const INITIAL = [true, false, 'gaussian', 'eva', 'orthogonal'];

/**
 * Whether an `adapter_config.json` has no option but those that are honoured: any other must be off (null, false, empty).
 *
 * @throws {InputError} naming the first field that is on.
 */
export function requireHonoured(raw: Readonly<Record<string, unknown>>, fields: FieldReader): void {
  const bias = raw['bias'] ?? 'none';
  if (bias !== 'none') throw fields.wrong('bias', bias, '"none": biases that train beside the adapters are not built');
  const initial = raw['init_lora_weights'] ?? true;
  if (!INITIAL.includes(initial as string)) {
    const expected = `${INITIAL.join(', ')}: other ways to begin change the base model too (PEFT can save such an adapter as a plain one)`;
    throw fields.wrong('init_lora_weights', initial, expected);
  }
  const on = Object.keys(raw).find((key) => !KNOWN.has(key) && key !== 'bias' && !isOff(raw[key]));
  if (on !== undefined) throw fields.wrong(on, raw[on], 'null or false: the option is not built');
}

function isOff(value: unknown): boolean {
  if (value === null || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
