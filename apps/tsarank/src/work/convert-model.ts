import { saveModel } from '@tsarank/model';
import type { Log } from '../log';
import { openEngine } from './open-engine';
import { openReranker } from './open-model';
import type { ENGINES } from '../options/shared-options';

/** Number formats of weights on disk, as the command and as safetensors call them. */
export const DTYPES = { float32: 'F32', float16: 'F16', bfloat16: 'BF16' } as const;

export interface ConvertValues {
  model: string;
  out: string;
  precision: keyof typeof DTYPES;
  engine: (typeof ENGINES)[number];
  jobs?: number;
}

/** Any model that can be loaded, saved as a Hugging Face folder with safetensors. */
export async function convertModel(values: ConvertValues, log: Log): Promise<void> {
  await openEngine(values, log);
  const { model, tokenizer, contract } = await openReranker(values.model, log);
  await saveModel(values.out, { model, tokenizer, contract, dtype: DTYPES[values.precision] });
  model.dispose();
  log.info(`saved ${values.out}`);
}
