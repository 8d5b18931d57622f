import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCollection } from '@tsarank/data';
import { runToEnd } from './spawned-command';

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);
const split = (...args: string[]) => runToEnd(['split', ...args]);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'split-'));
  mkdirSync(at('plain/qrels'), { recursive: true });
  const ids = Array.from({ length: 40 }, (_, index) => index);
  writeFileSync(
    at('plain/corpus.jsonl'),
    ids.map((id) => `{"_id":"d${id}","title":"","text":"text ${id}"}\n`).join(''),
  );
  // Every second query says what the one before it says.
  const queries = ids.map((id) => ({
    _id: `q${id}`,
    text: id % 2 ? `Topic${id - 1} of word${id - 1}?` : `topic${id} of word${id}`,
  }));
  writeFileSync(at('plain/queries.jsonl'), queries.map((query) => `${JSON.stringify(query)}\n`).join(''));
  writeFileSync(at('queries.tsv'), queries.map(({ _id, text }) => `${_id}\t${text}\n`).join(''));
  writeFileSync(
    at('plain/qrels/test.tsv'),
    `query-id\tcorpus-id\tscore\n${ids.map((id) => `q${id}\td${id}\t1\n`).join('')}`,
  );
  writeFileSync(at('qrels.txt'), ids.map((id) => `q${id} 0 d${id} 1\n`).join(''));
  writeFileSync(at('plain/dataset.json'), '{"evaluation":{"dropsOwnDocument":true}}');
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('tsarank split', () => {
  it('writes a collection with three parts, which share no text of a query', async () => {
    const { code, stdout, stderr } = await split('--collection', at('plain'), '--out', at('parts'));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/train: 32 queries, 32 judgments\ndev: 4 queries.*\ntest: 4 queries/);
    expect(stderr).toMatch(/40 queries were kept together in 20 groups, such as q0 and q1; /);
    const { queries, qrels, evaluation } = readCollection(at('parts'));
    const wordsOf = (part: string): Set<string> =>
      new Set([...qrels.get(part)!.keys()].map((id) => queries.get(id)!.toLowerCase().replace('?', '')));
    for (const text of wordsOf('test')) expect(wordsOf('train').has(text) || wordsOf('dev').has(text)).toBe(false);
    expect(evaluation).toEqual({ dropsOwnDocument: true });
    expect(statSync(at('parts/corpus.jsonl')).ino).toBe(statSync(at('plain/corpus.jsonl')).ino);
  });

  it('gives the same parts for the same seed, from files of other forms too', async () => {
    const files = ['--corpus', at('plain/corpus.jsonl'), '--queries', at('queries.tsv'), '--qrels', at('qrels.txt')];
    expect(await split(...files, '--out', at('again'))).toMatchObject({ code: 0 });
    expect(await split(...files, '--out', at('other'), '--seed', '1')).toMatchObject({ code: 0 });
    const test = (name: string): string => readFileSync(at(name, 'qrels/test.tsv'), 'utf8');
    expect(test('again')).toBe(test('parts'));
    expect(test('other')).not.toBe(test('parts'));
  });

  test.each([
    [['--collection', 'PARTS', '--out', 'NEW'], /qrels: found the parts dev\.tsv, test\.tsv, train\.tsv already/],
    [['--collection', 'PLAIN', '--out', 'PARTS'], /"out": found .*parts, which holds corpus\.jsonl/],
    [['--collection', 'PLAIN', '--out', 'NEW', '--train', '0.9'], /together 1\.1, expected shares that add up to 1/],
    [['--qrels', 'QRELS', '--out', 'NEW'], /"corpus": found nothing, expected a file, or --collection/],
    [['--collection', 'PLAIN', '--corpus', 'QUERIES', '--out', 'NEW'], /queries\.tsv:1: /],
    [
      ['--collection', 'PLAIN', '--corpus', 'QUERIES', '--queries', 'QUERIES', '--qrels', 'QRELS', '--out', 'NEW'],
      /"collection": .*of which nothing is read/,
    ],
  ])('%j is refused, and writes nothing', async (args, message) => {
    const places: Record<string, string> = {
      PARTS: 'parts',
      PLAIN: 'plain',
      NEW: 'new',
      QRELS: 'qrels.txt',
      QUERIES: 'queries.tsv',
    };
    const { code, stderr } = await split(...args.map((arg) => (places[arg] === undefined ? arg : at(places[arg]!))));
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(statSync(at('new'), { throwIfNoEntry: false })).toBeUndefined();
  });
});
