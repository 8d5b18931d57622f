import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError, WorkError } from '@tsarank/io';
import { sendContent, startFileServer, zipArchive } from '@tsarank/testing';
import type { FileServer } from '@tsarank/testing';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { pack } from 'tar-stream';
import { DATASETS } from './catalog/datasets';
import type { DatasetSettings } from './dataset-settings';
import { cachedDataset, fetchDataset } from './fetch-dataset';

const BEIR = '/thakur/BEIR/datasets';
const MARCO = '/msmarcoranking';
const NIST = '/data/deep';

let server: FileServer;
let cache: string;
let settings: DatasetSettings;
let lines: string[];
let free: number;

const fetchIt = (name: string, more: Partial<DatasetSettings> = {}): Promise<string> =>
  fetchDataset(`dataset:${name}`, {
    settings: { ...settings, ...more },
    retry: { attempts: 3, pauseMs: 1 },
    log: (line) => lines.push(line),
    freeBytes: () => free,
  });
const failureOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error('nothing failed'),
    (error: Error) => error,
  );
const textOf = (...parts: string[]): string => readFileSync(join(...parts), 'utf8');
const objectsOf = (...parts: string[]): Record<string, unknown>[] =>
  textOf(...parts)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const beirFiles = (name: string): Record<string, string> => ({
  [`${name}/corpus.jsonl`]:
    '{"_id": "d1", "title": "One", "text": "first", "metadata": {}}\n{"_id": "d2", "title": "", "text": "second"}\n',
  [`${name}/queries.jsonl`]: '{"_id": "q1", "text": "what is first"}\n',
  [`${name}/qrels/test.tsv`]: 'query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n',
});

async function tarArchive(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content as string);
  tar.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of tar) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

beforeEach(async () => {
  server = await startFileServer();
  cache = join(mkdtempSync(join(tmpdir(), 'datasets-')), 'cache');
  const hub = { endpoint: server.endpoint, offline: false, headers: () => ({}) };
  settings = { cacheDirectory: cache, endpoint: server.endpoint, hub };
  lines = [];
  free = 1e12;
});

afterEach(() => {
  server.close();
  rmSync(join(cache, '..'), { recursive: true, force: true });
});

/** No folder, no download that is done, nothing half. */
function expectNothingOf(name: string): void {
  expect(existsSync(join(cache, name))).toBe(false);
  expect(readdirSync(cache).filter((entry) => entry.includes('.part-'))).toEqual([]);
}

describe('a collection of BEIR', () => {
  test.each([
    ['plain', {}],
    ['with data descriptors', { dataDescriptors: true }],
    ['of zip64', { zip64: true }],
    ['of both', { dataDescriptors: true, zip64: true }],
  ])('comes out of an archive %s', async (_, form) => {
    server.files.set(`${BEIR}/scifact.zip`, zipArchive(beirFiles('scifact'), form));
    const folder = await fetchIt('scifact');
    expect(folder).toBe(join(cache, 'scifact'));
    expect(textOf(folder, 'corpus.jsonl')).toBe(beirFiles('scifact')['scifact/corpus.jsonl']);
    expect(textOf(folder, 'qrels/test.tsv')).toBe(beirFiles('scifact')['scifact/qrels/test.tsv']);
    expect(readdirSync(folder).sort()).toEqual(['corpus.jsonl', 'dataset.json', 'qrels', 'queries.jsonl']);
  });

  it('says source, hash and licence, and keeps no download', async () => {
    server.files.set(`${BEIR}/scifact.zip`, zipArchive(beirFiles('scifact')));
    const folder = await fetchIt('scifact');
    expect(JSON.parse(textOf(folder, 'dataset.json'))).toMatchObject({
      name: 'dataset:scifact',
      licence: 'CC BY-NC 2.0',
      sources: [
        {
          url: `${server.endpoint}${BEIR}/scifact.zip`,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          asPublished: false,
        },
      ],
    });
    expect(readdirSync(join(cache, 'downloads'))).toEqual([]);
    expect(lines[0]).toMatch(/dataset:scifact: SciFact, 2\.8 MB from 127\.0\.0\.1:\d+; licence: CC BY-NC 2\.0/);
    expect(lines).toContainEqual(expect.stringMatching(/is not the published file/));
  });

  it('is asked for once', async () => {
    server.files.set(`${BEIR}/scifact.zip`, zipArchive(beirFiles('scifact')));
    const folder = await fetchIt('scifact');
    const asked = server.requests.length;
    expect(await fetchIt('SciFact')).toBe(folder);
    expect(await fetchIt('beir/scifact', { hub: { ...settings.hub, offline: true } })).toBe(folder);
    expect(server.requests).toHaveLength(asked);
    expect(cachedDataset('dataset:scifact', settings)).toBe(folder);
    expect(cachedDataset('dataset:nfcorpus', settings)).toBeUndefined();
  });

  it('writes a pair that is judged twice once, with its last grade', async () => {
    const qrels = 'query-id\tcorpus-id\tscore\r\nq1\td1\t1\r\nq1\td2\t1\r\nq1\td1\t2\r\n';
    server.files.set(`${BEIR}/scifact.zip`, zipArchive({ ...beirFiles('scifact'), 'scifact/qrels/test.tsv': qrels }));
    expect(textOf(await fetchIt('scifact'), 'qrels/test.tsv')).toBe(
      'query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t1\n',
    );
  });

  it('of ArguAna says how it is evaluated', async () => {
    server.files.set(`${BEIR}/arguana.zip`, zipArchive(beirFiles('arguana')));
    const { evaluation } = JSON.parse(textOf(await fetchIt('arguana'), 'dataset.json'));
    expect(evaluation).toEqual({ dropsOwnDocument: true, maxDocumentTokens: 256, maxQueryTokens: 256 });
  });
});

describe('what can go wrong', () => {
  it('other bytes than the published ones are refused, by their MD5', async () => {
    server.close();
    server = await startFileServer({ vouches: false });
    server.files.set(`${BEIR}/nfcorpus.zip`, zipArchive(beirFiles('nfcorpus')));
    const error = await failureOf(fetchIt('nfcorpus', { endpoint: server.endpoint }));
    expect(error).toBeInstanceOf(WorkError);
    expect(error.message).toMatch(
      /nfcorpus\.zip has the wrong content: MD5 [0-9a-f]{32}, expected a89dba18a62ef92f7d323ec890a0d38d/,
    );
    expectNothingOf('nfcorpus');
    expect(existsSync(join(cache, 'downloads/nfcorpus/archive-nfcorpus.zip'))).toBe(false);
  });

  it('a name that leads out of the folder writes nothing', async () => {
    server.files.set(`${BEIR}/scifact.zip`, zipArchive({ ...beirFiles('scifact'), '../../escaped.txt': 'no' }));
    const error = await failureOf(fetchIt('scifact'));
    expect(error).toBeInstanceOf(WorkError);
    expect(error.message).toMatch(
      /dataset:scifact: .*archive-scifact\.zip: is no sound ZIP file \(invalid relative path: \.\.\/\.\.\/escaped\.txt\)/,
    );
    expect(existsSync(join(cache, '../escaped.txt'))).toBe(false);
    expectNothingOf('scifact');
  });

  it('an archive that is cut off, or lacks a file, is refused, and a mended one is fetched', async () => {
    const whole = zipArchive(beirFiles('scifact'));
    server.files.set(`${BEIR}/scifact.zip`, whole.subarray(0, whole.length - 30));
    expect((await failureOf(fetchIt('scifact'))).message).toMatch(/is no sound ZIP file/);
    expectNothingOf('scifact');
    const { 'scifact/queries.jsonl': queries, ...rest } = beirFiles('scifact');
    server.files.set(`${BEIR}/scifact.zip`, zipArchive(rest));
    expect((await failureOf(fetchIt('scifact'))).message).toMatch(/lacks queries\.jsonl/);
    expectNothingOf('scifact');
    server.files.set(`${BEIR}/scifact.zip`, zipArchive({ ...rest, 'scifact/queries.jsonl': queries! }));
    expect(existsSync(join(await fetchIt('scifact'), 'queries.jsonl'))).toBe(true);
  });

  it('content that differs from its CRC-32 is refused', async () => {
    const archive = zipArchive({ ...beirFiles('scifact'), 'scifact/queries.jsonl': Buffer.from('plain') });
    const entry = archive.lastIndexOf('scifact/queries.jsonl');
    archive.writeUInt32LE(1, entry - 46 + 16);
    server.files.set(`${BEIR}/scifact.zip`, archive);
    expect((await failureOf(fetchIt('scifact'))).message).toMatch(/queries\.jsonl is damaged \(CRC-32\)/);
    expectNothingOf('scifact');
  });

  it('a dropped connection is resumed, within a command and by the next one', async () => {
    const noise = Array.from({ length: 60_000 }, (_, at) => ((at * at * 2654435761) >>> 13).toString(36)).join(' ');
    const archive = zipArchive({
      ...beirFiles('scifact'),
      'scifact/corpus.jsonl': JSON.stringify({ _id: 'd1', text: noise }),
    });
    server.files.set(`${BEIR}/scifact.zip`, archive);
    let sent = 0;
    server.misbehave = (request, response) => {
      if (!request.url!.endsWith('.zip') || (sent += 1) !== 1) return false;
      sendContent(request, response, archive, 100_000);
      return true;
    };
    await fetchIt('scifact');
    expect(server.requests.at(-1)).toMatch(/bytes=\d{4,}-/);
    rmSync(join(cache, 'scifact'), { recursive: true });
    server.misbehave = (request, response) => {
      if (request.url!.endsWith('.zip')) sendContent(request, response, archive, request.headers.range ? 0 : 50_000);
      return request.url!.endsWith('.zip');
    };
    expect(await failureOf(fetchIt('scifact'))).toBeInstanceOf(WorkError);
    const part = join(cache, 'downloads/scifact/archive-scifact.zip.part');
    const have = statSync(part).size;
    expect(have).toBeGreaterThan(1000);
    server.misbehave = undefined;
    await fetchIt('scifact');
    expect(server.requests.at(-1)).toContain(`bytes=${have}-`);
  });

  it('a file that is gone is said to be, with what to do', async () => {
    const error = await failureOf(fetchIt('quora'));
    expect(error).toBeInstanceOf(WorkError);
    expect(error.message).toMatch(/quora\.zip: HTTP status 404; .*TSARANK_DATASETS_ENDPOINT/);
    expectNothingOf('quora');
  });

  it('a busy server is asked again after as long as it says', async () => {
    server.files.set(`${BEIR}/scifact.zip`, zipArchive(beirFiles('scifact')));
    let refused = 0;
    server.misbehave = (request, response) => {
      if (!request.url!.endsWith('.zip') || (refused += 1) > 2) return false;
      response.writeHead(429, { 'retry-after': '0' }).end();
      return true;
    };
    await fetchIt('scifact');
    expect(refused).toBe(3);
    expect(lines).toContainEqual(expect.stringMatching(/429.*trying again/));
  });

  it('a disk without room is refused before anything is asked for', async () => {
    free = 5e6;
    const error = await failureOf(fetchIt('scifact'));
    expect(error).toBeInstanceOf(WorkError);
    expect(error.message).toMatch(/needs about 11\.3 MB more, and 5\.0 MB are free; .*TSARANK_DATASETS_CACHE/);
    expect(server.requests).toEqual([]);
  });

  it('offline, what is not there is not asked for', async () => {
    const error = await failureOf(fetchIt('scifact', { hub: { ...settings.hub, offline: true } }));
    expect(error.message).toMatch(/HF_HUB_OFFLINE is set/);
    expect(server.requests).toEqual([]);
  });

  it('what a killed process left is removed', async () => {
    server.files.set(`${BEIR}/scifact.zip`, zipArchive(beirFiles('scifact')));
    mkdirSync(join(cache, '.scifact.part-Ab12Cd'), { recursive: true });
    writeFileSync(join(cache, '.scifact.part-Ab12Cd/corpus.jsonl'), 'half');
    await fetchIt('scifact');
    expect(existsSync(join(cache, '.scifact.part-Ab12Cd'))).toBe(false);
  });

  it('a cache that is no folder is named', async () => {
    mkdirSync(join(cache, '..'), { recursive: true });
    writeFileSync(cache, '');
    const error = await failureOf(fetchIt('scifact'));
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toContain(cache);
  });

  it('two that fetch the same at once get one download', async () => {
    server.files.set(`${BEIR}/scifact.zip`, zipArchive(beirFiles('scifact')));
    const folders = await Promise.all([fetchIt('scifact'), fetchIt('scifact')]);
    expect(new Set(folders).size).toBe(1);
    expect(server.requests.filter((path) => path.endsWith('.zip'))).toHaveLength(1);
  });
});

describe('NanoBEIR', () => {
  const table = (columns: Record<string, string[]>): Buffer =>
    Buffer.from(
      parquetWriteBuffer({
        columnData: Object.entries(columns).map(([name, data]) => ({ name, data, type: 'STRING' as const })),
      }),
    );
  const place = (folder: string): string =>
    `/datasets/zeta-alpha-ai/NanoSciFact/resolve/main/${folder}/train-00000-of-00001.parquet`;

  it('comes out of three Parquet files of the Hub', async () => {
    server.files.set(place('corpus'), table({ _id: ['d1', 'd2'], text: ['first', 'zweïtes'] }));
    server.files.set(place('queries'), table({ _id: ['q1'], text: ['what'] }));
    server.files.set(place('qrels'), table({ 'query-id': ['q1'], 'corpus-id': ['d2'] }));
    const folder = await fetchIt('nanobeir/scifact', { endpoint: 'http://127.0.0.1:9' });
    expect(objectsOf(folder, 'corpus.jsonl')).toEqual([
      { _id: 'd1', title: '', text: 'first' },
      { _id: 'd2', title: '', text: 'zweïtes' },
    ]);
    expect(objectsOf(folder, 'queries.jsonl')).toEqual([{ _id: 'q1', text: 'what' }]);
    expect(textOf(folder, 'qrels/test.tsv')).toBe('query-id\tcorpus-id\tscore\nq1\td2\t1\n');
  });

  it('a table without the columns, or none at all, is refused', async () => {
    server.files.set(place('corpus'), table({ id: ['d1'], text: ['first'] }));
    server.files.set(place('queries'), table({ _id: ['q1'], text: ['what'] }));
    server.files.set(place('qrels'), Buffer.from('not a table'));
    expect((await failureOf(fetchIt('nano-scifact'))).message).toMatch(/corpus-train-.*parquet/);
    expectNothingOf('nano-scifact');
  });
});

describe('MS MARCO', () => {
  const collection = async (): Promise<Buffer> =>
    gzipSync(
      await tarArchive({
        'collection.tsv': '0\tThe presence of communication\n1\tA "quoted" passage\tafter a tab\n2\tthird\n',
        'qrels.dev.small.tsv': '300674\t0\t1\t1\n',
        'qrels.train.tsv': '1185869\t0\t0\t1\n',
        'queries.dev.small.tsv': '300674\thow many years\n',
        'queries.train.tsv': '1185869\t)what was\n121352\tdefine extreme\n',
        'queries.eval.tsv': '1\tnever judged\n',
      }),
    );

  it('comes out of the packed tar archive', async () => {
    server.files.set(`${MARCO}/collectionandqueries.tar.gz`, await collection());
    const folder = await fetchIt('msmarco');
    expect(folder).toBe(join(cache, 'msmarco-passage'));
    expect(objectsOf(folder, 'corpus.jsonl').map(({ text }) => text)).toEqual([
      'The presence of communication',
      'A "quoted" passage\tafter a tab',
      'third',
    ]);
    expect(
      objectsOf(folder, 'queries.jsonl')
        .map(({ _id }) => _id)
        .sort(),
    ).toEqual(['1185869', '300674']);
    expect(textOf(folder, 'qrels/dev.tsv')).toBe('query-id\tcorpus-id\tscore\n300674\t1\t1\n');
    expect(textOf(folder, 'qrels/train.tsv')).toBe('query-id\tcorpus-id\tscore\n1185869\t0\t1\n');
  });

  it('an archive that is cut off is refused', async () => {
    const whole = await collection();
    server.files.set(`${MARCO}/collectionandqueries.tar.gz`, whole.subarray(0, whole.length - 40));
    expect((await failureOf(fetchIt('msmarco'))).message).toMatch(/is no sound tar archive/);
    expectNothingOf('msmarco-passage');
  });

  it('lends its passages to the tracks of 2019 and 2020, once on the disk', async () => {
    server.files.set(`${MARCO}/collectionandqueries.tar.gz`, await collection());
    server.files.set(
      `${MARCO}/msmarco-test2019-queries.tsv.gz`,
      gzipSync('19335\tanthropological definition\n47923\taxon terminals\n'),
    );
    server.files.set(`${NIST}/2019qrels-pass.txt`, Buffer.from('19335 Q0 2 0\n19335 Q0 1 3\n'));
    const folder = await fetchIt('dl19');
    expect(statSync(join(folder, 'corpus.jsonl')).ino).toBe(statSync(join(cache, 'msmarco-passage/corpus.jsonl')).ino);
    expect(objectsOf(folder, 'queries.jsonl')).toHaveLength(2);
    expect(textOf(folder, 'qrels/test.tsv')).toBe('query-id\tcorpus-id\tscore\n19335\t2\t0\n19335\t1\t3\n');
  });

  it('@candidates takes the passages of the published candidates, without the collection', async () => {
    server.files.set(`${MARCO}/msmarco-test2019-queries.tsv.gz`, gzipSync('19335\tanthropological definition\n'));
    server.files.set(`${NIST}/2019qrels-pass.txt`, Buffer.from('19335 Q0 2 0\n'));
    const candidates =
      '19335\t7\tanthropological definition\tseventh\n19335\t2\tanthropological definition\tthird\n5\t7\tother\tseventh\n';
    server.files.set(`${MARCO}/msmarco-passagetest2019-top1000.tsv.gz`, gzipSync(candidates));
    const folder = await fetchIt('trec-dl-2019@candidates');
    expect(objectsOf(folder, 'corpus.jsonl').map(({ _id }) => _id)).toEqual(['7', '2']);
    expect(textOf(folder, 'candidates.trec')).toBe(
      '19335 Q0 7 1 0 published\n19335 Q0 2 1 0 published\n5 Q0 7 1 0 published\n',
    );
  });

  describe('version 2', () => {
    const passage = (pid: string, text: string): string =>
      JSON.stringify({ pid, passage: text, spans: '(0,5)', docid: 'D1' });

    beforeEach(async () => {
      server.files.set(`${MARCO}/2021_queries.tsv`, Buffer.from('2082\tAt about what age\n'));
      server.files.set(`${NIST}/2021.qrels.pass.final.txt`, Buffer.from('2082 0 msmarco_passage_01_1 2\n'));
      server.files.set(
        `${MARCO}/2021_passage_top100.txt.gz`,
        gzipSync('2082 Q0 msmarco_passage_00_0 1 9.5 Anserini\n'),
      );
      const bundle = (...texts: string[]): Buffer => gzipSync(`${texts.join('\n')}\n`);
      server.files.set(
        `${MARCO}/msmarco_v2_passage.tar`,
        await tarArchive({
          'msmarco_v2_passage/msmarco_passage_00.gz': bundle(
            passage('msmarco_passage_00_0', 'candidate'),
            passage('msmarco_passage_00_9', 'neither'),
          ),
          'msmarco_v2_passage/msmarco_passage_01.gz': bundle(passage('msmarco_passage_01_1', 'judged')),
        }),
      );
    });

    it('a name alone takes topics, judgments and candidates, no passage', async () => {
      const folder = await fetchIt('trec-dl-2021');
      expect(readdirSync(folder).sort()).toEqual(['candidates.trec', 'dataset.json', 'qrels', 'queries.jsonl']);
      expect(server.requests.some((path) => path.includes('msmarco_v2_passage'))).toBe(false);
      expect(lines).toContainEqual(expect.stringMatching(/@candidates adds .* 21\.8 GB/));
    });

    it.each([
      ['candidates', ['candidate', 'judged']],
      ['all', ['candidate', 'neither', 'judged']],
    ])('@%s takes %j', async (part, texts) => {
      const kept = join(cache, 'downloads/msmarco_v2_passage.tar');
      const folder = await fetchIt(`trec-dl-2021@${part}`);
      expect(objectsOf(folder, 'corpus.jsonl').map(({ text }) => text)).toEqual(texts);
      expect(existsSync(kept)).toBe(true);
    });
  });
});

test('every published location is one of https, with an MD5', () => {
  const files = DATASETS.flatMap(({ parts }) => Object.values(parts).flatMap(({ files: each }) => Object.values(each)));
  expect(files.length).toBeGreaterThan(60);
  for (const { url, md5, bytes } of files) {
    expect(url).toMatch(/^https:\/\/[a-z0-9.-]+\/[\w./-]+$/);
    expect(md5).toMatch(/^[0-9a-f]{32}$/);
    expect(bytes).toBeGreaterThan(0);
  }
  expect(new Set(DATASETS.map(({ name }) => name)).size).toBe(DATASETS.length);
});
