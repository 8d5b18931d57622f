import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError, makeDirectory, sha256, WorkError } from '@tsarank/io';
import { REPOSITORY, sendContent, startFakeHub } from '@tsarank/testing';
import type { FakeHub } from '@tsarank/testing';
import { cachedModel, fetchModel } from './fetch-model';
import type { HubSettings } from './hub-settings';

const weights = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 253));
const files = {
  'config.json': Buffer.from('{"model_type":"llama"}'),
  'tokenizer.json': Buffer.from('{}'),
  'README.md': Buffer.from('of no use here'),
  'modeling_own.py': Buffer.from('# saved with the model again'),
  'model.safetensors': weights,
  'pytorch_model.bin': Buffer.from('the same again'),
  'quantized/small.gguf': Buffer.from('GGUF'),
};
const NAME = `hf:${REPOSITORY}`;
const WEIGHTS_URL = /resolve\/.*\/model\.safetensors/;

let hub: FakeHub;
let folder: string;
let settings: HubSettings;
let lines: string[];

const retry = { attempts: 3, pauseMs: 1 };
const fetchIt = (
  name = NAME,
  more: Partial<HubSettings> = {},
  onProgress?: (done: number, total: number) => void,
): Promise<string> =>
  fetchModel(name, { settings: { ...settings, ...more }, retry, log: (line) => lines.push(line), onProgress });
const inCache = (...parts: string[]): string => join(folder, 'models--org--name', ...parts);
const failureOf = async (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error('nothing failed'),
    (error: Error) => error,
  );

beforeEach(async () => {
  hub = await startFakeHub(files, ['model.safetensors', 'pytorch_model.bin']);
  folder = mkdtempSync(join(tmpdir(), 'hub-'));
  settings = { endpoint: hub.endpoint, cacheDirectory: folder, offline: false };
  lines = [];
});

afterEach(() => {
  hub.close();
  rmSync(folder, { recursive: true });
});

function expectNothingInSnapshots(): void {
  expect(existsSync(inCache('snapshots'))).toBe(false);
  expect(existsSync(inCache('refs'))).toBe(false);
}

describe('a published model', () => {
  it('lies in the standard cache afterwards: the files that are needed, as links to blobs named by their hash', async () => {
    const seen: [number, number][] = [];
    const snapshot = await fetchIt(NAME, {}, (done, total) => seen.push([done, total]));
    expect(snapshot).toBe(inCache('snapshots', hub.commit));
    expect(readdirSync(snapshot).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'modeling_own.py',
      'tokenizer.json',
    ]);
    expect(lstatSync(join(snapshot, 'model.safetensors')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(snapshot, 'model.safetensors')).equals(weights)).toBe(true);
    expect(readFileSync(inCache('refs', 'main'), 'utf8')).toBe(hub.commit);
    expect(readdirSync(inCache('blobs')).every((name) => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name))).toBe(true);
    const total = (['config.json', 'model.safetensors', 'modeling_own.py', 'tokenizer.json'] as const).reduce(
      (sum, name) => sum + files[name].length,
      0,
    );
    expect(seen.at(-1)).toEqual([total, total]);
  });

  it('is not fetched again, and a commit is not even asked for', async () => {
    await fetchIt();
    hub.requests = [];
    await fetchIt();
    expect(hub.requests.filter(({ path }) => path.includes('/resolve/'))).toEqual([]);
    hub.requests = [];
    expect(await fetchIt(`${NAME}@${hub.commit}`)).toBe(inCache('snapshots', hub.commit));
    expect(hub.requests).toEqual([]);
  });

  it('may be one GGUF file of several', async () => {
    const file = await fetchIt(`${NAME}/quantized/small.gguf@main`);
    expect(file).toBe(inCache('snapshots', hub.commit, 'quantized', 'small.gguf'));
    expect(readFileSync(file, 'utf8')).toBe('GGUF');
    expect(hub.requests.filter(({ path }) => path.includes('/resolve/'))).toHaveLength(1);
  });

  it('is asked for with the token, which is nowhere else', async () => {
    await fetchIt(NAME, { token: 'secret' });
    expect(hub.requests.every(({ authorization }) => authorization === 'Bearer secret')).toBe(true);
    const other = await startFakeHub(files, []);
    rmSync(inCache(), { recursive: true });
    hub.misbehave = (request, response) => {
      if (!WEIGHTS_URL.test(request.url!)) return false;
      response.writeHead(302, { location: `${other.endpoint.replace('127.0.0.1', 'localhost')}${request.url}` }).end();
      return true;
    };
    await fetchIt(NAME, { token: 'secret' });
    other.close();
    expect(other.requests).toHaveLength(1);
    expect(other.requests[0]!.authorization).toBeUndefined();
  });
});

describe('a server in trouble', () => {
  it('drops connections: the file is resumed where it stopped', async () => {
    const breaks = [50_000, 60_000, 10_000, 20_000];
    hub.misbehave = (request, response) => {
      if (!WEIGHTS_URL.test(request.url!) || breaks.length === 0) return false;
      sendContent(request, response, weights, breaks.shift());
      return true;
    };
    const snapshot = await fetchIt();
    expect(readFileSync(join(snapshot, 'model.safetensors')).equals(weights)).toBe(true);
    const ranges = hub.requests.filter(({ path }) => WEIGHTS_URL.test(path)).map(({ range }) => range);
    expect(ranges).toEqual([undefined, 'bytes=50000-', 'bytes=110000-', 'bytes=120000-', 'bytes=140000-']);
  });

  it('goes away: what has come stays for the next process, and nothing partial is in snapshots', async () => {
    let isGone = false;
    hub.misbehave = (request, response) => {
      if (!WEIGHTS_URL.test(request.url!)) return false;
      if (isGone) request.socket.destroy();
      else sendContent(request, response, weights, 70_000);
      isGone = true;
      return true;
    };
    const failure = await failureOf(fetchIt());
    expect(failure).toBeInstanceOf(WorkError);
    expect(failure.message).toMatch(/the download of http.*model\.safetensors failed/);
    expectNothingInSnapshots();
    hub.misbehave = undefined;
    hub.requests = [];
    await fetchIt();
    expect(hub.requests.filter(({ path }) => path.includes('/resolve/')).map(({ range }) => range)).toEqual([
      'bytes=70000-',
    ]);
  });

  it('sends other bytes than it names: refused, by the file and both hashes', async () => {
    const wrong = Buffer.from(weights);
    wrong[100_000]! ^= 1;
    hub.misbehave = (request, response) => {
      if (!WEIGHTS_URL.test(request.url!)) return false;
      sendContent(request, response, wrong);
      return true;
    };
    const failure = await failureOf(fetchIt());
    expect(failure).toBeInstanceOf(WorkError);
    expect(failure.message).toMatch(
      `model.safetensors has the wrong content: SHA-256 ${sha256(wrong)}, expected ${sha256(weights)}`,
    );
    expectNothingInSnapshots();
    expect(readdirSync(inCache('blobs')).filter((name) => name.length > 40)).toEqual([]);
  });

  it('sends another small file than it names: refused too', async () => {
    hub.misbehave = (request, response) => {
      if (!request.url!.endsWith('/config.json')) return false;
      response.end('{"model_type":"other"}');
      return true;
    };
    expect((await failureOf(fetchIt())).message).toMatch(/config\.json has the wrong content: git SHA-1/);
    expectNothingInSnapshots();
  });

  it('is busy: waits as long as it says, then goes on', async () => {
    const refusals = [429, 503, 429];
    hub.misbehave = (_, response) => {
      const status = refusals.shift();
      if (status !== undefined) response.writeHead(status, { 'retry-after': status === 429 ? '1' : '0' }).end();
      return status !== undefined;
    };
    const started = performance.now();
    await fetchModel(NAME, { settings, retry: { attempts: 5, pauseMs: 1 }, log: (line) => lines.push(line) });
    expect(performance.now() - started).toBeGreaterThanOrEqual(2000);
    expect(lines[0]).toMatch(/HTTP status 429; trying again in 1\.0 s/);
    expect(lines).toHaveLength(3);
  });

  it('stays busy: given up with its address and what to do', async () => {
    hub.misbehave = (_, response) => Boolean(response.writeHead(429, { 'retry-after': '0' }).end());
    const failure = await failureOf(fetchIt());
    expect(failure).toBeInstanceOf(WorkError);
    expect(failure.message).toMatch(/hf:org\/name: http.*HTTP status 429; the same command goes on/);
    expect(hub.requests).toHaveLength(retry.attempts);
  });
});

describe('what the user can mend is wrong input that says how', () => {
  const refusedWith = async (status: number, more: Partial<HubSettings> = {}): Promise<string> => {
    hub.misbehave = (_, response) => Boolean(response.writeHead(status).end());
    const failure = await failureOf(fetchIt(NAME, more));
    expect(failure).toBeInstanceOf(InputError);
    expect(failure.message).toContain(`${hub.endpoint}/api/models/org/name/revision/main`);
    expect(hub.requests).toHaveLength(1);
    return failure.message;
  };

  it('401', async () =>
    expect(await refusedWith(401)).toMatch(/HTTP status 401: .*private; check the name, or give a token in HF_TOKEN/));
  it('401 with a token', async () => expect(await refusedWith(401, { token: 'old' })).toMatch(/token isn't valid/));
  it('403', async () => expect(await refusedWith(403)).toMatch(/accept its terms there/));
  it('404', async () => expect(await refusedWith(404)).toMatch(/no such model, revision or file/));

  it('a file that is not there', async () => {
    const failure = await failureOf(fetchIt(`${NAME}/quantized/other.gguf`));
    expect(failure).toBeInstanceOf(InputError);
    expect(failure.message).toMatch(/found quantized\/small\.gguf, expected quantized\/other\.gguf/);
  });

  it('a listing that leads out of the cache', async () => {
    hub.misbehave = (request, response) => {
      if (!request.url!.includes('/tree/')) return false;
      response.end(JSON.stringify([{ type: 'file', path: '../../config.json', size: 1, oid: '0'.repeat(40) }]));
      return true;
    };
    expect((await failureOf(fetchIt())).message).toMatch(/makes no sense, found a file "\.\.\/\.\.\/config\.json"/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a listing without an end', async () => {
    hub.misbehave = (request, response) => {
      if (!request.url!.includes('/tree/')) return false;
      const next = `${hub.endpoint}${request.url!.replace(/\?.*/, '')}?cursor=${hub.requests.length}`;
      response.writeHead(200, { link: `<${next}>; rel="next"` }).end('[]');
      return true;
    };
    expect((await failureOf(fetchIt())).message).toMatch(/makes no sense, found more than 100 pages/);
    expect(hub.requests.length).toBeLessThan(110);
  });

  it('a page that unpacks to more than a listing can be', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20, ' '));
    hub.misbehave = (request, response) => {
      if (!request.url!.includes('/tree/')) return false;
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
      return true;
    };
    expect((await failureOf(fetchIt())).message).toMatch(/makes no sense, found a page above 8388608 bytes/);
  });
});

describe('without the Hub', () => {
  it('offline mode takes what is there and asks nothing', async () => {
    const failure = await failureOf(fetchIt(NAME, { offline: true }));
    expect(failure.message).toMatch(/is not in .*HF_HUB_OFFLINE is set/);
    const snapshot = await fetchIt();
    hub.requests = [];
    expect(await fetchIt(NAME, { offline: true })).toBe(snapshot);
    expect(cachedModel(NAME, settings)).toBe(snapshot);
    expect(hub.requests).toEqual([]);
  });

  it('a copy that is there serves, and it is said', async () => {
    const snapshot = await fetchIt();
    expect(await fetchIt(NAME, { endpoint: 'http://127.0.0.1:9' })).toBe(snapshot);
    expect(lines.at(-1)).toMatch(/127\.0\.0\.1:9\/org\/name can't be reached.*using .*snapshots/);
    rmSync(inCache(), { recursive: true });
    expect(await failureOf(fetchIt(NAME, { endpoint: 'http://127.0.0.1:9' }))).toBeInstanceOf(WorkError);
  });

  it('a snapshot that another program made in part is not taken for whole', () => {
    makeDirectory(inCache('refs'));
    makeDirectory(inCache('snapshots', hub.commit));
    writeFileSync(inCache('refs', 'main'), hub.commit);
    writeFileSync(inCache('snapshots', hub.commit, 'config.json'), '{}');
    writeFileSync(
      inCache('snapshots', hub.commit, 'model.safetensors.index.json'),
      '{"weight_map":{"a":"model-00001-of-00001.safetensors"}}',
    );
    expect(cachedModel(NAME, settings)).toBeUndefined();
    writeFileSync(inCache('snapshots', hub.commit, 'model-00001-of-00001.safetensors'), '');
    expect(cachedModel(NAME, settings)).toBe(inCache('snapshots', hub.commit));
  });
});

it('two that fetch the same at once get one download', async () => {
  const [one, two] = await Promise.all([fetchIt(), fetchIt()]);
  expect(one).toBe(two);
  expect(hub.requests.filter(({ path }) => WEIGHTS_URL.test(path))).toHaveLength(1);
});
