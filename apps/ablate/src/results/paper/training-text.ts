import path from 'node:path';
import type { RunConfig } from '@tsarank/config';
import { publishedSetOf } from '@tsarank/report';

/**
 * A model as a table names it: without organisation, commit, folders and ending. Where the name says no size, the number
 * of its weights follows.
 *
 * @example
 * modelText('hf:HuggingFaceTB/SmolLM2-135M@0123abc', () => 134_515_008); // SmolLM2-135M
 * modelText('tiny', () => 5_300_000); // tiny (5.3M weights)
 */
export function modelText(model: string, weightsOf: (model: string) => number): string {
  const name = path.basename(model.replace(/^hf:/, '').replace(/@[^/@]*$/, '')).replace(/\.gguf$/i, '');
  if (/\d[mb](?![a-z])/i.test(name)) return name;
  return `${name} (${sizeText(weightsOf(model))} weights)`;
}

function sizeText(weights: number): string {
  const [unit, sign] = weights >= 1e9 ? ([1e9, 'B'] as const) : ([1e6, 'M'] as const);
  return `${(weights / unit).toFixed(weights / unit < 10 ? 1 : 0)}${sign}`;
}

/** What both stages of a configuration train on, and how many groups; null where neither is there. */
export function trainingText({ pretrain, finetune, data }: RunConfig): string | null {
  const pairs = pretrain && (pretrain.pairs === 'embedded' ? 'the embedded pairs' : path.basename(pretrain.pairs));
  if (!finetune) return pairs && `${pairs}, stage one alone`;
  const groups = (finetune.steps * finetune.batchSize).toLocaleString('en');
  const source = finetune.groups === undefined ? collectionText(data.collection) : path.basename(finetune.groups);
  const mined = `${source}, ${groups} groups`;
  return pairs ? `${mined}, after stage one on ${pairs}` : mined;
}

function collectionText(collection: string): string {
  return publishedSetOf(collection, 'dev') === 'msmarco-dev' ? 'MS MARCO' : path.basename(collection);
}
