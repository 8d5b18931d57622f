import type { Architecture } from './architecture';
import { baichuan } from './baichuan';
import { bloom } from './bloom';
import { gpt2 } from './gpt2';
import { llama } from './llama';

/** Every family by its `model_type`. */
export const architectures: Readonly<Record<string, Architecture>> = { baichuan, bloom, gpt2, llama };
