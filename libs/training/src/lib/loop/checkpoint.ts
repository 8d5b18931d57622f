import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  InputError,
  publishDirectory,
  readJson,
  sha256,
  sha256File,
  writeFileAtomic,
} from '@tsarank/io';
import { readSafetensors, writeSafetensors } from '@tsarank/model';
import type { tf } from '@tsarank/tensor';
import { assignData } from '../optimizer/adam-w';
import type { AdamW } from '../optimizer/adam-w';
import type { LogRow } from './training-options';

/** A weight or moment as saved. */
export interface SavedTensor {
  shape: number[];
  data: Float32Array;
}

/** All that a training needs to go on as if it had not stopped. */
export interface Checkpoint {
  /** Steps done. The order of examples and every draw are functions of seed and position, so this is the data position. */
  step: number;
  rows: LogRow[];
  /** `weights/`, `first/` and `second/` + weight name. */
  tensors: Map<string, SavedTensor>;
}

const FORMAT = 1;
const TENSOR_FILE = 'tensors.safetensors';
const STATE_FILE = 'state.json';
const FOLDER = /^step-(\d{8})$/;
/** The latest, and the one before it in case the latest is damaged. */
const KEPT = 2;

interface State {
  format: number;
  step: number;
  /** The options that decide the result. */
  options: Record<string, unknown>;
  rows: LogRow[];
  /** SHA-256 by file name. */
  files: Record<string, string>;
}

/**
 * Write a checkpoint, whole or not at all, as `step-00000012/` in the folder: the tensors in single precision and a
 * state with the hash of every file and of itself. Only the two latest are kept.
 *
 * @throws {InputError} when the folder can't be written.
 */
export async function saveCheckpoint(
  directory: string,
  options: Record<string, unknown>,
  { step, rows, tensors }: Checkpoint,
): Promise<void> {
  await publishDirectory(join(directory, folderOf(step)), async (folder) => {
    const file = join(folder, TENSOR_FILE);
    const saved = [...tensors].map(([name, tensor]) => [name, { ...tensor, dtype: 'F32' as const }] as const);
    await writeSafetensors(file, new Map(saved), 'F32');
    const state: State = { format: FORMAT, step, options, rows, files: { [TENSOR_FILE]: sha256File(file) } };
    const text = JSON.stringify({ sha256: sha256(canonicalJson(state)), state });
    writeFileAtomic(join(folder, STATE_FILE), `${text}\n`);
  });
  for (const old of checkpointSteps(directory).slice(KEPT)) {
    rmSync(join(directory, folderOf(old)), { recursive: true, force: true });
  }
}

/**
 * The latest sound checkpoint of a folder; undefined where there is none. A damaged one is named to `warn` and the one
 * before it is taken.
 *
 * @param options The options of this training, which must equal those of the checkpoint.
 * @throws {InputError} naming the options that differ: what stands there belongs to another training.
 */
export async function loadCheckpoint(
  directory: string,
  options: Record<string, unknown>,
  warn: (message: string) => void,
): Promise<Checkpoint | undefined> {
  for (const step of checkpointSteps(directory)) {
    const folder = join(directory, folderOf(step));
    let state: State;
    let tensors: Checkpoint['tensors'];
    try {
      state = readState(folder);
      tensors = new Map(await readSafetensors(join(folder, TENSOR_FILE)));
    } catch (error) {
      warn(`checkpoint ${folder} is damaged and passed over: ${(error as Error).message}`);
      continue;
    }
    requireSameOptions(folder, state.options, options);
    return { step: state.step, rows: state.rows, tensors };
  }
  return undefined;
}

function readState(folder: string): State {
  const file = join(folder, STATE_FILE);
  const { sha256: expected, state } = readJson(file) as { sha256?: string; state?: State };
  if (state === undefined || sha256(canonicalJson(state)) !== expected) throw new Error(`${file} has a wrong hash`);
  if (state.format !== FORMAT) throw new Error(`${file} has format ${state.format}, this version reads ${FORMAT}`);
  for (const [name, hash] of Object.entries(state.files)) {
    if (sha256File(join(folder, name)) !== hash) throw new Error(`${join(folder, name)} has a wrong hash`);
  }
  return state;
}

function requireSameOptions(folder: string, saved: Record<string, unknown>, wanted: Record<string, unknown>): void {
  const text = (value: unknown): string => (value === undefined ? 'nothing' : canonicalJson(value));
  const names = [...new Set([...Object.keys(saved), ...Object.keys(wanted)])].sort();
  const different = names.filter((name) => text(saved[name]) !== text(wanted[name]));
  if (different.length === 0) return;
  const list = (options: Record<string, unknown>): string =>
    different.map((name) => `${name} ${text(options[name])}`).join(', ');
  throw new InputError({
    file: folder,
    message: 'this checkpoint belongs to another training; name another folder or remove it',
    found: list(saved),
    expected: list(wanted),
  });
}

/** Steps of the checkpoints of a folder, latest first. */
function checkpointSteps(directory: string): number[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .flatMap((name) => {
      const step = FOLDER.exec(name)?.[1];
      return step === undefined ? [] : [Number(step)];
    })
    .sort((a, b) => b - a);
}

function folderOf(step: number): string {
  return `step-${String(step).padStart(8, '0')}`;
}

type Weights = ReadonlyMap<string, tf.Variable>;

/** Values of the trainable weights and of both moments, as `weights/`, `first/` and `second/` + weight name. */
export async function trainingTensors(weights: Weights, { moments }: AdamW): Promise<Map<string, SavedTensor>> {
  const tensors = new Map<string, SavedTensor>();
  const kinds = { weights, first: moments.first, second: moments.second };
  for (const [kind, variables] of Object.entries(kinds)) {
    for (const [name, variable] of variables) {
      const data = (await variable.data()) as Float32Array;
      tensors.set(`${kind}/${name}`, { shape: variable.shape, data });
    }
  }
  return tensors;
}

/**
 * Puts saved values back into the trainable weights and the optimizer.
 *
 * @throws {RangeError} naming a weight whose values are missing or of another size.
 */
export function restoreTraining(
  tensors: ReadonlyMap<string, SavedTensor>,
  step: number,
  weights: Weights,
  optimizer: AdamW,
): void {
  const kind = (prefix: string): Map<string, Float32Array> =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, { data }]) => [name.slice(prefix.length), data]),
    );
  const saved = kind('weights/');
  for (const [name, weight] of weights) assignData(weight, saved.get(name), name);
  optimizer.restore(step, { first: kind('first/'), second: kind('second/') });
}
