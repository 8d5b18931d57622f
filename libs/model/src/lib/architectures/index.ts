import type { Architecture } from './architecture';
import { baichuan } from './baichuan';
import { bloom } from './bloom';
import { gptNeo } from './gpt-neo';
import { gptNeox } from './gpt-neox';
import { gpt2 } from './gpt2';
import { llama } from './llama/llama';
import { mistral } from './llama/mistral';
import { opt } from './opt';
import { qwen } from './qwen';
import { qwen2 } from './llama/qwen2';
import { qwen3 } from './llama/qwen3';
import { smollm3 } from './llama/smollm3';

/** Every family by its `model_type`. */
export const architectures: Readonly<Record<string, Architecture>> = {
  baichuan,
  bloom,
  gpt2,
  gpt_neo: gptNeo,
  gpt_neox: gptNeox,
  llama,
  mistral,
  opt,
  qwen,
  qwen2,
  qwen3,
  smollm3,
};

/** Whether the matrices of the blocks of a `model_type` are stored [in, out]. */
export function storesInputFirst(modelType: string): boolean {
  return architectures[modelType]?.inputFirst === true;
}
