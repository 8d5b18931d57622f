import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkError } from '@tsarank/io';
import { startFakeHub } from '@tsarank/testing';
import type { FakeHub } from '@tsarank/testing';
import type { HubSettings } from './hub-settings';
import { pinModel } from './pin-model';

let hub: FakeHub;
let folder: string;
let settings: HubSettings;

beforeEach(async () => {
  const files = {
    'config.json': Buffer.from('{}'),
    'model.safetensors': Buffer.from('weights'),
    'quantized/small.gguf': Buffer.from('GGUF'),
  };
  hub = await startFakeHub(files, ['model.safetensors']);
  folder = mkdtempSync(join(tmpdir(), 'hub-'));
  settings = { endpoint: hub.endpoint, cacheDirectory: folder, offline: false };
});

afterEach(() => {
  hub.close();
  rmSync(folder, { recursive: true });
});

it.each([
  ['hf:org/name', 'hf:org/name', ''],
  ['hf:org/name@main', 'hf:org/name', ''],
  ['hf:org/name/quantized/small.gguf@main', 'hf:org/name/quantized/small.gguf', '/quantized/small.gguf'],
])('%s is named by its commit', async (given, bare, inside) => {
  const { name, place } = await pinModel(given, { settings });
  expect(name).toBe(`${bare}@${hub.commit}`);
  expect(place).toBe(`${join(folder, 'models--org--name', 'snapshots', hub.commit)}${inside}`);
  hub.requests.length = 0;
  expect(await pinModel(name, { settings })).toEqual({ name, place });
  expect(hub.requests).toEqual([]);
  expect(await pinModel(given, { settings: { ...settings, offline: true } })).toEqual({ name, place });
});

it('says offline what is missing and how to get it', async () => {
  const failing = pinModel('hf:org/name', { settings: { ...settings, offline: true } });
  await expect(failing).rejects.toThrow(WorkError);
  await expect(failing).rejects.toThrow(/hf:org\/name is not in .*HF_HUB_OFFLINE is set/);
});
