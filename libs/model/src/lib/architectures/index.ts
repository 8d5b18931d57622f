import type { Architecture } from './architecture';
import { llama } from './llama';

/** Every family by its `model_type`. */
export const architectures: Readonly<Record<string, Architecture>> = { llama };
