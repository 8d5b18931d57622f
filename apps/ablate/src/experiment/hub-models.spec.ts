import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { SweepPlan } from '@tsarank/ablation';
import { quick } from '@tsarank/config';
import type { HubSettings } from '@tsarank/hub';
import { WorkError } from '@tsarank/io';
import { executePlannedRun, readRecord, readRecords, runFolder } from '@tsarank/runs';
import { selectEngine } from '@tsarank/tensor';
import { startFakeHub, writeQuickModel, type FakeHub } from '@tsarank/testing';
import { loadExperiment } from './experiment-file';
import { withPinnedModels } from './hub-models';
import { planSweep } from './plan-sweep';

const BIN = path.resolve(__dirname, '../../bin/ablate.mjs');
const folder = mkdtempSync(path.join(tmpdir(), 'hub-models-'));
const experiment = path.join(folder, 'small.json');
const NAME = 'hf:org/name@main';
const outer = { ...process.env };
let hub: FakeHub;
let pinned: string;

beforeAll(async () => {
  const collection = path.join(folder, 'collection');
  mkdirSync(path.join(collection, 'qrels'), { recursive: true });
  writeFileSync(
    path.join(collection, 'corpus.jsonl'),
    '{"_id":"d1","title":"","text":"a cat"}\n{"_id":"d2","title":"","text":"a cat and a dog"}\n',
  );
  writeFileSync(path.join(collection, 'queries.jsonl'), '{"_id":"q1","text":"cat"}\n');
  writeFileSync(path.join(collection, 'qrels', 'test.tsv'), 'query-id\tcorpus-id\tscore\nq1\td1\t1\n');
  const base = {
    ...quick,
    engine: 'cpu',
    pretrain: null,
    finetune: null,
    data: { ...quick.data, collection, outOfDomain: null },
  };
  const variants = { published: { model: 'hf:org/name' }, embedded: {} };
  writeFileSync(
    experiment,
    JSON.stringify({
      name: 'small',
      question: 'Which?',
      base,
      variants,
      baseline: 'embedded',
      seeds: [0],
      measures: ['nDCG@10'],
    }),
  );
  await selectEngine('cpu');
  await writeQuickModel(path.join(folder, 'model'));
  const files = readdirSync(path.join(folder, 'model')).map(
    (name) => [name, readFileSync(path.join(folder, 'model', name))] as const,
  );
  hub = await startFakeHub({ ...Object.fromEntries(files), 'README.md': Buffer.from('of no use here') }, [
    'model.safetensors',
  ]);
  pinned = `hf:org/name@${hub.commit}`;
});

afterAll(() => {
  hub.close();
  process.env = outer;
  rmSync(folder, { recursive: true, force: true });
});

const cacheIn = (home: string): string => path.join(folder, home, 'hub');
/** What the variables would say to a process on a machine with that home. */
function onMachine(home: string, offline = false): void {
  const hubs = {
    HF_ENDPOINT: hub.endpoint,
    HF_HOME: path.join(folder, home),
    HF_HUB_CACHE: '',
    HF_TOKEN: 'none',
    HF_HUB_OFFLINE: offline ? '1' : '',
  };
  process.env = { ...outer, ...hubs };
}

const plan = (model?: string): Promise<SweepPlan> =>
  planSweep({ experiment, ...(model ? { model } : {}), out: path.join(folder, 'plans'), json: false });
const idsOf = ({ runs }: SweepPlan): string[] => runs.map(({ runId }) => runId).sort();

it('pins the models of base and variants, and leaves others as they are', async () => {
  onMachine('first');
  const spec = loadExperiment(experiment);
  expect((await withPinnedModels(spec)).variants).toEqual({ published: { model: pinned }, embedded: {} });
  const published = await withPinnedModels({ ...spec, base: { ...spec.base, model: NAME } });
  expect(published.base.model).toBe(pinned);
  const asked = hub.requests.length;
  const own = { ...spec, variants: { embedded: {} } };
  expect(await withPinnedModels(own)).toBe(own);
  expect(hub.requests).toHaveLength(asked);
});

it('run ids depend on the content of the commit, not on its name, where the cache lies or what else is in it', async () => {
  onMachine('first');
  const first = await plan(NAME);
  expect(first.runs.map(({ config }) => config.model)).toEqual([pinned]);
  onMachine('second');
  expect(idsOf(await plan(pinned))).toEqual(idsOf(first));
  const snapshot = path.join(cacheIn('second'), 'models--org--name', 'snapshots', hub.commit);
  writeFileSync(path.join(snapshot, 'pytorch_model.bin'), 'fetched by another program');
  expect(idsOf(await plan(NAME))).toEqual(idsOf(first));
  const folderRuns = await plan(path.join(folder, 'model'));
  expect(idsOf(folderRuns)).toEqual(idsOf(first));
});

it('says offline what is missing', async () => {
  onMachine('nothing', true);
  await expect(plan(NAME)).rejects.toThrow(WorkError);
  await expect(plan(NAME)).rejects.toThrow(/hf:org\/name@main is not in .*nothing.hub, and HF_HUB_OFFLINE is set/);
});

it('a sweep runs with it, records the commit, and later needs no network', async () => {
  const out = path.join(folder, 'runs');
  const run = async (offline: boolean): Promise<void> => {
    onMachine('first', offline);
    const args = [BIN, 'run', experiment, '--model', NAME, '--out', out, '--jobs', '1'];
    // Not in this process: what it starts would not get this environment, but that of the test runner.
    await promisify(execFile)(process.execPath, args, { env: process.env });
  };
  await run(false);
  const records = [...readRecords(out).values()];
  expect(records.map(({ status, config }) => [status, config.model])).toEqual([['done', pinned]]);
  const asked = hub.requests.length;
  await run(true);
  expect([...readRecords(out).values()]).toEqual(records);
  expect(hub.requests).toHaveLength(asked);
}, 60_000);

it('a worker whose cache lacks the model fetches it', async () => {
  onMachine('first');
  const [planned] = (await plan(NAME)).runs;
  const out = path.join(folder, 'elsewhere');
  const file = path.join(out, planned!.runId, 'planned.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(planned));
  const settings: HubSettings = { endpoint: hub.endpoint, cacheDirectory: cacheIn('worker'), offline: false };
  const spy = jest.spyOn(console, 'log').mockReturnValue();
  expect(await executePlannedRun(file, { runsDir: out, hub: () => settings })).toBe(0);
  spy.mockRestore();
  expect(
    existsSync(path.join(settings.cacheDirectory, 'models--org--name', 'snapshots', hub.commit, 'config.json')),
  ).toBe(true);
  expect(readRecord(out, planned!.runId)?.status).toBe('done');
  expect(existsSync(runFolder(out, planned!.runId).checkpoint)).toBe(false);
}, 60_000);
