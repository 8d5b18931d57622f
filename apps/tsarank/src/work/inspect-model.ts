import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readJson } from '@tsarank/io';
import { openFolderWeights, openGguf } from '@tsarank/model/containers';
import type { TensorSource } from '@tsarank/model/containers';
import { modelMemory, modelPath, modelShape } from '@tsarank/runner';
import type { ModelMemory, ModelShape } from '@tsarank/runner';
import type { Log } from '../log';
import type { ENGINES } from '../options';
import { placeOfModel } from './place-of-model';

/** What a model is, and what it needs. */
export interface ModelReport {
  model: string;
  place: string;
  architecture: string;
  shape: ModelShape;
  files: { name: string; bytes: number }[];
  /** By number format in the files. */
  stored: Record<string, { tensors: number; values: number }>;
  /** `tsarank.json`; null where the model wasn't made here. */
  contract: Record<string, unknown> | null;
  /** Peak bytes of a process, by engine and the texts' published limits. */
  memory: ModelMemory & { engine: string };
}

interface InspectValues {
  model: string;
  topLayers?: number;
  engine: (typeof ENGINES)[number];
}

/** Reads configuration and headers, no weights; a model named `hf:` is fetched first. */
export async function inspectModel({ model, topLayers, engine }: InspectValues, log: Log): Promise<ModelReport> {
  const place = existsSync(model) ? model : ((await placeOfModel(model, log)) ?? modelPath(model));
  const shape = modelShape(place);
  const isFolder = statSync(place).isDirectory();
  const source = isFolder ? openFolderWeights(place) : openGguf(place);
  source.close();
  const contract = isFolder ? join(place, 'tsarank.json') : '';
  const several = [1, 2, 4, 8, 16].filter((blocks) => blocks < shape.blocks);
  return {
    model,
    place,
    architecture: 'metadata' in source ? String(source.metadata['general.architecture']) : typeOf(place),
    shape,
    files: isFolder ? filesOf(place) : [{ name: basename(place), bytes: statSync(place).size }],
    stored: storedFormats(source),
    contract: existsSync(contract) ? (readJson(contract) as Record<string, unknown>) : null,
    memory: { engine, ...modelMemory(shape, { engine, topLayers: topLayers === undefined ? [...several, 0] : [topLayers] }) },
  };
}

/** The report as lines for a reader. */
export function formatModel({ model, place, architecture, shape, files, stored, contract, memory }: ModelReport): string {
  const { weights, blocks, hidden, intermediate, heads, keyValueHeads, headSize, vocabulary, tiedHead } = shape;
  const lines: [string, string][] = [
    ['model', model === place ? model : `${model} (${place})`],
    ['architecture', architecture],
    ['weights', `${count(weights)}${tiedHead ? ', output matrix tied to the embedding' : ''}`],
    ['sizes', `${blocks} blocks, hidden ${hidden}, feed-forward ${intermediate}, vocabulary ${count(vocabulary)}`],
    ['heads', `${heads}, of keys and values ${keyValueHeads}, each of ${headSize}`],
    ['stored', Object.entries(stored).map(([dtype, { tensors, values }]) => `${dtype}: ${tensors} tensors, ${count(values)} values`).join('; ')],
    ...files.map(({ name, bytes }, index): [string, string] => [index === 0 ? 'files' : '', `${name}  ${size(bytes)}`]),
    ['contract', contract === null ? 'none (not made by tsarank)' : contractLine(contract)],
    ['memory', `scoring  ${size(memory.scoring)}  (engine ${memory.engine})`],
    ...memory.training.map(({ topLayers, pretrain, finetune }): [string, string] => [
      '',
      `training ${topLayers === 0 ? 'all weights' : `top ${topLayers}`}: stage one ${size(pretrain)}, stage two ${size(finetune)}`,
    ]),
  ];
  return lines.map(([name, value]) => `${name.padEnd(14)}${value}\n`).join('');
}

function typeOf(folder: string): string {
  const { model_type: type } = readJson(join(folder, 'config.json')) as { model_type?: unknown };
  return typeof type === 'string' ? type : 'unknown';
}

function filesOf(folder: string): ModelReport['files'] {
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, status: statSync(join(folder, name)) }))
    .filter(({ status }) => status.isFile())
    .map(({ name, status }) => ({ name, bytes: status.size }));
}

function storedFormats({ entries }: TensorSource): ModelReport['stored'] {
  const stored: ModelReport['stored'] = {};
  for (const { dtype, shape } of entries.values()) {
    const sum = (stored[dtype] ??= { tensors: 0, values: 0 });
    sum.tensors += 1;
    sum.values += shape.reduce((product, length) => product * length, 1);
  }
  return stored;
}

function contractLine({ stage, maxDocumentTokens, maxQueryTokens, prompt }: Record<string, unknown>): string {
  const limits = `document tokens ${String(maxDocumentTokens ?? 'as published')}, query tokens ${String(maxQueryTokens ?? 'as published')}`;
  return `stage ${String(stage)}, ${limits}, prompt ${JSON.stringify(prompt)}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
