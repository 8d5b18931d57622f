import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError, WorkError } from '@tsarank/io';
import { measureGflops } from './measure-gflops';
import { tf } from '../tf';
import { enginesUnderTest } from './engines-under-test';
import type { EngineName } from './engine-name';
import { listEngines, selectEngine } from './select-engine';

it.each(enginesUnderTest)('%s becomes the active engine and computes', async (name) => {
  const selected = await selectEngine(name);
  expect(selected).toMatchObject({ name, reason: 'asked for' });
  expect(selected.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(tf.getBackend()).toBe(name);
  expect(tf.sum(tf.ones([3, 4])).dataSync()[0]).toBe(12);
});

it('automatic choice takes the fastest and says what kept the others', async () => {
  const { name, reason } = await selectEngine();
  expect(name).toBe(enginesUnderTest.includes('tensorflow') ? 'tensorflow' : 'wasm');
  expect(reason).toContain('tensorflow-gpu: the npm package @tensorflow/tfjs-node-gpu is not installed');
});

it('wasm is found from any working directory, and twice', async () => {
  const here = process.cwd();
  const elsewhere = mkdtempSync(join(tmpdir(), 'engine-'));
  try {
    process.chdir(elsewhere);
    await selectEngine('wasm');
    await selectEngine('wasm');
    expect(tf.getBackend()).toBe('wasm');
  } finally {
    process.chdir(here);
    rmSync(elsewhere, { recursive: true });
  }
});

it('a name that is no engine gets the names that are', async () => {
  await expect(selectEngine('wasn' as EngineName)).rejects.toThrow(InputError);
  await expect(selectEngine('wasn' as EngineName)).rejects.toThrow(
    'field "engine": found "wasn" (did you mean wasm?), expected auto, tensorflow-gpu, tensorflow, wasm, cpu',
  );
});

it('an engine asked for that is not there is an error that says why', async () => {
  await expect(selectEngine('tensorflow-gpu')).rejects.toThrow(WorkError);
  await expect(selectEngine('tensorflow-gpu')).rejects.toThrow(/tfjs-node-gpu is not installed/);
});

it('the list names every engine and leaves the active one alone', async () => {
  await selectEngine('wasm');
  const engines = await listEngines();
  expect(engines.map(({ name }) => name)).toEqual(['tensorflow-gpu', 'tensorflow', 'wasm', 'cpu']);
  expect(engines.filter(({ available }) => available).map(({ name }) => name)).toEqual(
    expect.arrayContaining([...enginesUnderTest]),
  );
  expect(engines.find(({ name }) => name === 'tensorflow-gpu')).toMatchObject({ available: false });
  expect(tf.getBackend()).toBe('wasm');
});

it('the rate is measured without leaving tensors', async () => {
  await selectEngine('wasm');
  const before = tf.memory().numTensors;
  expect(await measureGflops(50)).toBeGreaterThan(0.5);
  expect(tf.memory().numTensors).toBe(before);
});
