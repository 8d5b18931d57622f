import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFileServer, zipArchive } from '@tsarank/testing';
import type { FileServer } from '@tsarank/testing';
import { runToEnd, type Ended } from './spawned-command';

let server: FileServer;
let folder: string;

const run = (...args: string[]): Promise<Ended> =>
  runToEnd(args, {
    TSARANK_DATASETS_ENDPOINT: server.endpoint,
    TSARANK_DATASETS_CACHE: join(folder, 'cache'),
    HF_ENDPOINT: server.endpoint,
    HF_HUB_OFFLINE: '',
  });

const ids = ['a', 'b', 'c', 'd'];
/** Queries are documents, as ArguAna's are. */
const arguana = zipArchive({
  'arguana/corpus.jsonl': ids.map((id) => `{"_id":"${id}","title":"","text":"trade and taxes ${id}"}\n`).join(''),
  'arguana/queries.jsonl': '{"_id":"a","text":"trade and taxes a"}\n',
  'arguana/qrels/test.tsv': 'query-id\tcorpus-id\tscore\na\tb\t1\n',
});

beforeEach(async () => {
  server = await startFileServer();
  server.files.set('/thakur/BEIR/datasets/arguana.zip', arguana);
  folder = mkdtempSync(join(tmpdir(), 'dataset-commands-'));
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe('tsarank fetch dataset:', () => {
  it('prints the folder alone on standard output', async () => {
    const { code, stdout, stderr } = await run('fetch', 'dataset:arguana');
    expect(stderr).toMatch(/dataset:arguana: ArguAna, 3\.8 MB .*licence: CC BY 4\.0/);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(folder, 'cache/arguana')}\n` });
  });

  it('answers a wrong name by the nearest, with exit code 2', async () => {
    const { code, stdout, stderr } = await run('fetch', 'dataset:argunaa');
    expect(stderr).toContain('error: No collection "dataset:argunaa". Did you mean "dataset:arguana"?');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('exits with 1 where the server has other bytes', async () => {
    server.misbehave = (request, response) => {
      if (request.url!.endsWith('.sha256')) response.writeHead(404).end();
      return request.url!.endsWith('.sha256');
    };
    const { code, stdout, stderr } = await run('fetch', 'dataset:arguana');
    expect(stderr).toMatch(
      /error: .*arguana\.zip has the wrong content: MD5 \w+, expected 8ad3e3c2a5867cdced806d6503f29b99/,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(existsSync(join(folder, 'cache/arguana'))).toBe(false);
  });
});

test('tsarank datasets prints docs/datasets.md', async () => {
  const { code, stdout } = await run('datasets');
  expect(code).toBe(0);
  expect(stdout).toBe(readFileSync(join(__dirname, '../../../docs/datasets.md'), 'utf8'));
});

describe('ArguAna', () => {
  it("search leaves out the query's own document, rerank cuts texts as published", async () => {
    const place = (await run('fetch', 'dataset:arguana')).stdout.trim();
    const [corpus, queries, out] = [
      join(place, 'corpus.jsonl'),
      join(place, 'queries.jsonl'),
      join(folder, 'bm25.trec'),
    ];
    const searched = await run('search', '--corpus', corpus, '--queries', queries, '--k', '2', '--out', out);
    expect(searched).toMatchObject({ code: 0 });
    const found = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[2]);
    expect(found).toHaveLength(2);
    expect(found).not.toContain('a');
    const reranked = ['rerank', '--model', 'tiny', '--run', out, '--corpus', corpus, '--queries', queries];
    const { code, stderr } = await run(...reranked, '--engine', 'cpu', '--out', join(folder, 'out.trec'));
    expect(code).toBe(0);
    expect(stderr).toContain('evaluated with 256 document and 256 query tokens');
  });

  it('a collection without that line keeps it', async () => {
    writeFileSync(join(folder, 'corpus.jsonl'), '{"_id":"a","text":"trade and taxes"}\n{"_id":"b","text":"trade"}\n');
    writeFileSync(join(folder, 'queries.jsonl'), '{"_id":"a","text":"trade and taxes"}\n');
    const out = join(folder, 'bm25.trec');
    await run(
      'search',
      '--corpus',
      join(folder, 'corpus.jsonl'),
      '--queries',
      join(folder, 'queries.jsonl'),
      '--out',
      out,
    );
    expect(readFileSync(out, 'utf8')).toMatch(/^a Q0 a 1 /);
  });
});
