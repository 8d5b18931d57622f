import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHubName } from './hub-name';
import { hubSettings } from './hub-settings';
import { neededFiles } from './model-files';

const place = (environment: Record<string, string>): string => hubSettings(environment, '/home/u').cacheDirectory;

it('the cache lies where the libraries of Hugging Face look for it', () => {
  expect(place({})).toBe('/home/u/.cache/huggingface/hub');
  expect(place({ XDG_CACHE_HOME: '/x' })).toBe('/x/huggingface/hub');
  expect(place({ XDG_CACHE_HOME: '/x', HF_HOME: '/h' })).toBe('/h/hub');
  expect(place({ HF_HOME: '/h', HF_HUB_CACHE: '~/c' })).toBe('/home/u/c');
  expect(place({ HF_HOME: '' })).toBe('/home/u/.cache/huggingface/hub');
});

it('endpoint, offline mode and token; the variable goes before the stored token', () => {
  const home = mkdtempSync(join(tmpdir(), 'hf-'));
  writeFileSync(join(home, 'token'), 'stored\n');
  expect(hubSettings({ HF_HOME: home }, '/')).toMatchObject({
    token: 'stored',
    offline: false,
    endpoint: 'https://huggingface.co',
  });
  const set = { HF_HOME: home, HF_TOKEN: 'given', HF_HUB_OFFLINE: '1', HF_ENDPOINT: 'http://mirror/hf/' };
  expect(hubSettings(set, '/')).toMatchObject({ token: 'given', offline: true, endpoint: 'http://mirror/hf' });
  expect(() => hubSettings({ HF_ENDPOINT: 'mirror' }, '/')).toThrow('field "HF_ENDPOINT": found "mirror"');
  rmSync(home, { recursive: true });
});

it('user and password of a mirror are sent as a login, and are in no address that is shown', () => {
  const { endpoint, login } = hubSettings({ HF_ENDPOINT: 'https://me:p%40ss@mirror/hf/' }, '/');
  expect(endpoint).toBe('https://mirror/hf');
  expect(login).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  expect(() => hubSettings({ HF_ENDPOINT: 'ftp://me:secret@mirror' }, '/')).toThrow('found "ftp://***@mirror"');
});

it.each([
  ['hf:org/name', { repository: 'org/name', revision: 'main' }],
  ['hf:gpt2@v1', { repository: 'gpt2', revision: 'v1' }],
  ['hf:org/name@refs/pr/1', { repository: 'org/name', revision: 'refs/pr/1' }],
  ['hf:org/name/a/b.gguf@main', { repository: 'org/name', revision: 'main', file: 'a/b.gguf' }],
])('%s is a name', (given, expected) => expect(parseHubName(given)).toEqual({ given, ...expected }));

it.each([
  'hf:',
  'hf:org/',
  'hf:../x',
  'hf:org/name@',
  'hf:org/name@../x',
  'hf:org/name/../x.gguf',
  'hf:org/name/model.safetensors',
  'hf:a b/c',
  'hf:a--b/c',
])('%s is none', (given) =>
  expect(() => parseHubName(given)).toThrow(/field "model": found "hf:.*expected hf:org\/name/),
);

it.each([
  [
    ['config.json', 'model.safetensors', 'pytorch_model.bin', 'x.onnx'],
    ['config.json', 'model.safetensors'],
  ],
  [
    [
      'config.json',
      'model.safetensors.index.json',
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
      'tokenizer.model',
    ],
    [
      'config.json',
      'tokenizer.model',
      'model.safetensors.index.json',
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
    ],
  ],
  [
    ['config.json', 'vocab.txt', 'pytorch_model.bin', 'tf_model.h5'],
    ['config.json', 'vocab.txt', 'pytorch_model.bin'],
  ],
  [
    ['adapter_config.json', 'adapter_model.safetensors', 'README.md'],
    ['adapter_config.json', 'adapter_model.safetensors'],
  ],
  [
    ['config.json', 'qwen.tiktoken', 'model.safetensors'],
    ['config.json', 'qwen.tiktoken', 'model.safetensors'],
  ],
])('of %j those needed are fetched', (paths, expected) =>
  expect(neededFiles(paths, { given: 'hf:a/b' })).toEqual(expected),
);

it('a repository of GGUF files alone wants one named', () => {
  expect(() => neededFiles(['a.gguf', 'b.gguf'], { given: 'hf:o/n@v1' })).toThrow(/such as hf:o\/n\/a\.gguf@v1/);
});
