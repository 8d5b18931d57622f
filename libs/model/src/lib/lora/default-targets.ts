import { InputError } from '@tsarank/io';

/**
 * Modules that are adapted where nothing is said, by `model_type`.
 *
 * Source: PEFT 0.21 `TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING`.
 */
const DEFAULT_TARGETS: Readonly<Record<string, readonly string[]>> = {
  bert: ['query', 'value'],
  bloom: ['query_key_value'],
  gpt2: ['c_attn'],
  gpt_neo: ['q_proj', 'v_proj'],
  gpt_neox: ['query_key_value'],
  llama: ['q_proj', 'v_proj'],
  mistral: ['q_proj', 'v_proj'],
  mt5: ['q', 'v'],
  opt: ['q_proj', 'v_proj'],
  qwen2: ['q_proj', 'v_proj'],
  qwen3: ['q_proj', 'v_proj'],
  roberta: ['query', 'value'],
  t5: ['q', 'v'],
  'xlm-roberta': ['query', 'value'],
};

/** @throws {InputError} when PEFT has none for the family. */
export function defaultTargets(modelType: string, file?: string): readonly string[] {
  const known = Object.hasOwn(DEFAULT_TARGETS, modelType) ? DEFAULT_TARGETS[modelType] : undefined;
  if (known) return known;
  throw new InputError({
    file,
    field: 'target_modules',
    found: 'nothing',
    expected: `names of modules: there are none by default for ${modelType}`,
  });
}
