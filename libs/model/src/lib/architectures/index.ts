import type { Architecture } from './architecture';
import { bloom } from './bloom';
import { llama } from './llama';

/** Every family by its `model_type`. */
export const architectures: Readonly<Record<string, Architecture>> = { bloom, llama };
