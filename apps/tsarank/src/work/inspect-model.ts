import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { InputError, readJson } from '@tsarank/io';
import { modelSupport } from '@tsarank/model';
import type { ModelKind } from '@tsarank/model';
import { openFolderWeights, openGguf } from '@tsarank/model/containers';
import type { GgufSource, TensorSource } from '@tsarank/model/containers';
import { type ModelMemory, modelMemory, modelShape, type ModelShape } from '@tsarank/estimate';
import { modelPath } from '@tsarank/runs';
import type { Log } from '../log';
import type { ENGINES } from '../options/shared-options';
import { MODEL_USES } from './model-use';
import { placeOfModel } from './place-of-model';

/** What a model is, and what it needs. */
export interface ModelReport {
  model: string;
  place: string;
  /** `model_type`, or what a `.gguf` file calls it. */
  architecture: string;
  kind: ModelKind;
  /** Of a PEFT adapter, which is merged into its base model; sizes and number formats are the base's. */
  adapter: { rank: number; alpha: number; targets: readonly string[] | string | null; base: string } | null;
  /** Commands that take it; none where it can't be loaded. */
  commands: readonly string[];
  /** How `score` and `rerank` score with it. */
  scorer: string | null;
  /** Why it can't be loaded. */
  problem: string | null;
  /** Null where the configuration doesn't say the sizes. */
  shape: ModelShape | null;
  files: { name: string; bytes: number }[];
  /** By number format in the files. */
  stored: Record<string, { tensors: number; values: number }>;
  /** `tsarank.json`; null where the model wasn't made here. */
  contract: Record<string, unknown> | null;
  /** Peak bytes of a process, by engine and the texts' published limits; of a model that isn't trained here an upper limit. */
  memory: (ModelMemory & { engine: string }) | null;
}

interface InspectValues {
  model: string;
  topLayers?: number;
  engine: (typeof ENGINES)[number];
}

/** Reads configuration, tokenizer and headers, no weights; a model named `hf:` is fetched first. */
export async function inspectModel({ model, topLayers, engine }: InspectValues, log: Log): Promise<ModelReport> {
  const place = existsSync(model) ? model : ((await placeOfModel(model, log)) ?? modelPath(model));
  if (!existsSync(place)) modelShape(place); // says what was expected
  const isFolder = statSync(place).isDirectory();
  const {
    kind,
    adapter,
    problem: refusal,
  } = await modelSupport(place, { resolve: (unknown) => placeOfModel(unknown, log) });
  const base = adapter?.base ?? place;
  const shape = soundOr(() => modelShape(base));
  const source = soundOr(() => headersOf(base, isFolder));
  const problem = refusal ?? (typeof shape === 'string' ? shape : null) ?? (typeof source === 'string' ? source : null);
  const { commands, scorer } = MODEL_USES[kind];
  const contract = isFolder ? join(place, 'tsarank.json') : '';
  return {
    model,
    place,
    architecture: isFolder ? typeOf(base) : ggufType(source),
    kind,
    adapter: adapter
      ? { rank: adapter.config.rank, alpha: adapter.config.alpha, targets: adapter.config.targets, base: adapter.base }
      : null,
    // The plan of an experiment reads the sizes of a whole model.
    commands: problem === null ? commands.filter((name) => !adapter || name !== 'ablate') : [],
    scorer: problem === null ? scorer : null,
    problem,
    shape: typeof shape === 'string' ? null : shape,
    files: isFolder ? filesOf(place) : [{ name: basename(place), bytes: statSync(place).size }],
    stored: typeof source === 'string' ? {} : storedFormats(source),
    contract: existsSync(contract) ? (readJson(contract) as Record<string, unknown>) : null,
    memory: typeof shape === 'string' ? null : { engine, ...memoryOf(shape, kind, { topLayers, engine }) },
  };
}

/** What is computed, or what is wrong with the input. */
function soundOr<T>(compute: () => T): T | string {
  try {
    return compute();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

function headersOf(place: string, isFolder: boolean): TensorSource {
  const source = isFolder ? openFolderWeights(place) : openGguf(place);
  source.close();
  return source;
}

function memoryOf(
  shape: ModelShape,
  kind: ModelKind,
  { topLayers, engine }: Pick<InspectValues, 'topLayers' | 'engine'>,
): ModelMemory {
  const several = [1, 2, 4, 8, 16].filter((blocks) => blocks < shape.blocks);
  const trained = topLayers === undefined ? [...several, 0] : [topLayers];
  return modelMemory(shape, { engine, topLayers: kind === 'causal-lm' ? trained : [] });
}

function ggufType(source: TensorSource | string): string {
  return typeof source === 'object' && 'metadata' in source
    ? String((source as GgufSource).metadata['general.architecture'])
    : 'unknown';
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
