import { InputError, WorkError, nearestName } from '@tsarank/io';
import * as tf from '@tensorflow/tfjs';
import { EngineUnavailable, engineNames } from './engine-name';
import type { EngineName, EngineOptions } from './engine-name';
import { loadTensorflow } from './tensorflow-engine';
import { loadWasm } from './wasm-engine';

export interface SelectedEngine {
  name: EngineName;
  /** Why this one, in words for the user. */
  reason: string;
  /** Of the library that computes. */
  version: string;
}

export interface EngineReport {
  name: EngineName;
  available: boolean;
  /** The version, or what is missing. */
  detail: string;
}

/** `auto` tries these in order; cpu is left out because hundreds of times slower is no answer. */
const automaticOrder: readonly EngineName[] = ['tensorflow-gpu', 'tensorflow', 'wasm'];

/**
 * Makes an engine the active one, once it has computed something. `auto` takes the fastest that does.
 *
 * @throws {InputError} on a name that is no engine.
 * @throws {WorkError} when the engine asked for can't be loaded, saying what is missing.
 *
 * @example
 * const { name, reason } = await selectEngine(); // 'wasm', 'the fastest that loads; tensorflow: …'
 */
export async function selectEngine(
  name: EngineName | 'auto' = 'auto',
  options: EngineOptions = {},
): Promise<SelectedEngine> {
  if (name !== 'auto') {
    assertEngineName(name);
    try {
      return { name, reason: 'asked for', version: await activate(name, options) };
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      throw new WorkError(`the engine ${name} can't be used: ${error.message}`, { cause: error });
    }
  }
  const missing: string[] = [];
  for (const candidate of automaticOrder) {
    try {
      const version = await activate(candidate, options);
      return { name: candidate, reason: ['the fastest that loads', ...missing].join('; '), version };
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      missing.push(`${candidate}: ${error.message}`);
    }
  }
  throw new WorkError(`no engine can be used: ${missing.join('; ')}`);
}

/** Every engine, whether it loads here, and why not. The active engine stays active. */
export async function listEngines(options: EngineOptions = {}): Promise<EngineReport[]> {
  const active = tf.getBackend() as string | null;
  const reports: EngineReport[] = [];
  for (const name of engineNames) {
    try {
      reports.push({ name, available: true, detail: `version ${await activate(name, options)}` });
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      reports.push({ name, available: false, detail: error.message });
    }
  }
  if (active !== null && active !== undefined) await tf.setBackend(active);
  return reports;
}

async function activate(name: EngineName, options: EngineOptions): Promise<string> {
  const version = await load(name, options);
  await tf.setBackend(name === 'tensorflow-gpu' ? 'tensorflow' : name);
  await tf.ready();
  if (name === 'cpu') (tf.backend() as unknown as { firstUse: boolean }).firstUse = false; // no banner
  prove(name);
  return version;
}

/**
 * An engine that loads may still lack what it computes with: Node 23 took functions away that the TensorFlow package calls.
 *
 * @throws {EngineUnavailable} when a few small operations fail or give wrong numbers.
 */
function prove(name: EngineName): void {
  let found: number[];
  try {
    found = tf.tidy(() => {
      const rows = tf.gather(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor1d([1, 0], 'int32'));
      const product = tf.matMul(rows, tf.tensor2d([1, 0, 1, 1], [2, 2]));
      return [...tf.slice(tf.concat([product, tf.softmax(tf.zeros([2, 2]))]), [0, 0], [3, 2]).dataSync()];
    });
  } catch (error) {
    throw new EngineUnavailable(`it loads, but fails at a small product (${(error as Error).message.split('\n')[0]})`);
  }
  const expected = [7, 4, 3, 2, 0.5, 0.5];
  if (expected.some((value, at) => Math.abs(value - found[at]!) > 1e-6))
    throw new EngineUnavailable(`it loads, but ${name} computes ${found.join(' ')}, expected ${expected.join(' ')}`);
}

async function load(name: EngineName, options: EngineOptions): Promise<string> {
  switch (name) {
    case 'tensorflow-gpu':
      return loadTensorflow('gpu', options);
    case 'tensorflow':
      return loadTensorflow('cpu', options);
    case 'wasm':
      return loadWasm();
    case 'cpu':
      return tf.version['tfjs-core'];
  }
}

function assertEngineName(name: string): asserts name is EngineName {
  if ((engineNames as readonly string[]).includes(name)) return;
  const names = ['auto', ...engineNames];
  const near = nearestName(name, names);
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
  throw new InputError({ field: 'engine', found: `"${name}"${hint}`, expected: names.join(', ') });
}
