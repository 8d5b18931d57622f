import type { ModelKind } from '@tsarank/model';
import type { ModelMemory, ModelShape } from '@tsarank/estimate';
import type { ModelReport } from './inspect-model';
import { MODEL_USES } from './model-use';

/** The report as lines for a reader. */
export function formatModel({
  model,
  place,
  architecture,
  kind,
  adapter,
  commands,
  scorer,
  problem,
  shape,
  files,
  stored,
  contract,
  memory,
}: ModelReport): string {
  const lines: [string, string][] = [
    ['model', model === place ? model : `${model} (${place})`],
    ['architecture', architecture],
    ['kind', MODEL_USES[kind].description],
    ...(adapter === null ? [] : [['adapter', adapterLine(adapter)] as [string, string]]),
    problem === null ? ['commands', `${commands.join(', ')}; scored by ${scorer!}`] : ['commands', `none: ${problem}`],
    ...(shape === null ? [] : sizeLines(shape, kind)),
    [
      'stored',
      Object.entries(stored)
        .map(([dtype, { tensors, values }]) => `${dtype}: ${tensors} tensors, ${count(values)} values`)
        .join('; '),
    ],
    ...files.map(({ name, bytes }, index): [string, string] => [index === 0 ? 'files' : '', `${name}  ${size(bytes)}`]),
    ['contract', contract === null ? 'none (not made by tsarank)' : contractLine(contract)],
    ...(memory === null ? [] : memoryLines(memory, kind)),
  ];
  return lines.map(([name, value]) => `${name.padEnd(14)}${value}\n`).join('');
}

function adapterLine({ rank, alpha, targets, base }: NonNullable<ModelReport['adapter']>): string {
  const modules = targets === null ? "the family's default modules" : [targets].flat().join(', ');
  return `LoRA of rank ${rank}, alpha ${alpha}, on ${modules}; base model ${base}`;
}

function sizeLines(
  { weights, blocks, hidden, intermediate, heads, keyValueHeads, headSize, vocabulary, tiedHead }: ModelShape,
  kind: ModelKind,
): [string, string][] {
  const isTied = tiedHead && kind !== 'classifier';
  return [
    ['weights', `${count(weights)}${isTied ? ', output matrix tied to the embedding' : ''}`],
    ['sizes', `${blocks} blocks, hidden ${hidden}, feed-forward ${intermediate}, vocabulary ${count(vocabulary)}`],
    ['heads', `${heads}, of keys and values ${keyValueHeads}, each of ${headSize}`],
  ];
}

/** What `modelMemory` assumes. */
const MEMORY_SIZES =
  'for documents of 128 and queries of 32 tokens; stage one in batches of 16 pairs, stage two in groups of 48 documents';

function memoryLines(
  { engine, scoring, training }: ModelMemory & { engine: string },
  kind: ModelKind,
): [string, string][] {
  return [
    ['memory', MEMORY_SIZES],
    ['', `scoring  ${kind === 'causal-lm' ? '' : 'at most '}${size(scoring)}  (engine ${engine})`],
    ...training.map(({ topLayers, pretrain, finetune }): [string, string] => [
      '',
      `training ${topLayers === 0 ? 'all weights' : `top ${topLayers}`}: stage one ${size(pretrain)}, stage two ${size(finetune)}`,
    ]),
  ];
}

function contractLine({ stage, maxDocumentTokens, maxQueryTokens, prompt }: Record<string, unknown>): string {
  const limits = `document tokens ${String(maxDocumentTokens ?? 'as published')}, query tokens ${String(maxQueryTokens ?? 'as published')}`;
  return `stage ${String(stage)}, ${limits}, prompt ${JSON.stringify(prompt)}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function size(bytes: number): string {
  return bytes < 1e6
    ? `${(bytes / 1e3).toFixed(1)} kB`
    : bytes < 1e9
      ? `${(bytes / 1e6).toFixed(1)} MB`
      : `${(bytes / 1e9).toFixed(2)} GB`;
}
