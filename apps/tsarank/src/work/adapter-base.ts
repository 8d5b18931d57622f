import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError } from '@tsarank/io';
import type { Log } from '../log';
import { placeOfModel } from './place-of-model';
import { SMOLLM2, smollm2Folder } from './smollm2';

/**
 * What an adapter trained over a model of this name says that it belongs to: the folder's whole path, or its name on the Hub
 * and the revision.
 */
export function adapterBase(model: string): { name: string; revision?: string } {
  if (model === 'tiny') return { name: (require('@tsarank/model') as typeof import('@tsarank/model')).tinyFolder };
  if (existsSync(model)) return { name: resolve(model) };
  if (model === SMOLLM2) return { name: smollm2Folder() };
  const { parseHubName } = require('@tsarank/hub') as typeof import('@tsarank/hub');
  const { repository, revision, file } = parseHubName(model);
  if (file !== undefined) throw noFolder(`${model}, a .gguf file`);
  return { name: repository, ...(model.includes('@') ? { revision } : {}) };
}

/**
 * Whether an adapter can be trained over a model: it is saved without the model's weights, so these must lie in a form that
 * PEFT reads, and be whole. A model named `hf:` is fetched for that.
 *
 * @throws {InputError} saying how to make such a model.
 */
export async function requireAdapterBase(model: string, log: Log): Promise<void> {
  const { isAdapterFolder } = require('@tsarank/model/containers') as typeof import('@tsarank/model/containers');
  const place = existsSync(model) ? model : ((await placeOfModel(model, log)) ?? model);
  if (place.endsWith('.gguf')) throw noFolder(`${model}, a .gguf file`);
  if (existsSync(place) && isAdapterFolder(place)) throw noFolder(`${model}, an adapter itself`);
}

function noFolder(found: string): InputError {
  const expected = 'a whole model in a Hugging Face folder to train adapters over; `tsarank convert` makes one';
  return new InputError({ field: 'model', found, expected });
}
