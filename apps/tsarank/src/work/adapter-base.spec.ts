import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { InputError } from '@tsarank/io';
import { startFakeHub } from '@tsarank/testing';
import type { FakeHub } from '@tsarank/testing';
import { createLog } from '../log';
import { adapterBase, requireAdapterBase } from './adapter-base';

const reference = (name: string): string => resolve(__dirname, '../../../../test/reference', name);
const outer = { ...process.env };
let cache: string;
let hub: FakeHub;

async function publish(files: Record<string, Buffer>): Promise<void> {
  hub = await startFakeHub(files, []);
  process.env = { ...outer, HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache, HF_TOKEN: 'none', HF_HUB_OFFLINE: '' };
}

beforeEach(() => (cache = mkdtempSync(join(tmpdir(), 'adapter-base-'))));
afterEach(() => {
  hub?.close();
  process.env = outer;
  rmSync(cache, { recursive: true, force: true });
});

const check = (model: string): Promise<void> => requireAdapterBase(model, createLog('error'));

it('is a whole model in a folder, here or published', async () => {
  await publish({ 'config.json': Buffer.from('{}'), 'model.safetensors': Buffer.from('weights') });
  for (const model of ['tiny', reference('gpt2-tied'), 'hf:org/name', 'hf:org/name@main']) await check(model);
  expect(adapterBase('hf:org/name')).toEqual({ name: 'org/name' });
  expect(adapterBase('hf:org/name@main')).toEqual({ name: 'org/name', revision: 'main' });
});

it('is no .gguf file and no adapter, here or published: before anything is trained', async () => {
  await publish({
    'config.json': Buffer.from('{}'),
    'adapter_config.json': Buffer.from('{}'),
    'adapter_model.safetensors': Buffer.from('weights'),
    'small.gguf': Buffer.from('GGUF'),
  });
  for (const [model, found] of [
    [reference('gpt2-tied/model.gguf'), 'a .gguf file'],
    [reference('lora-gpt2'), 'an adapter itself'],
    ['hf:org/name/small.gguf@main', 'a .gguf file'],
    ['hf:org/name@main', 'an adapter itself'],
  ] as const) {
    const checked = check(model);
    await expect(checked).rejects.toThrow(InputError);
    await expect(checked).rejects.toThrow(`field "model": found ${model}, ${found}, expected a whole model`);
  }
});
