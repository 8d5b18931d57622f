import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError } from '@tsarank/io';
import { useDatasetFolders } from '../dataset-folders';
import { resolveCollection } from '../resolve-collection';
import { readCollection } from './beir-folder';
import { readCollectionEvaluation, withoutOwnDocuments } from './dataset-file';

let folder: string;
const say = (evaluation: unknown): void =>
  writeFileSync(path.join(folder, 'dataset.json'), JSON.stringify({ evaluation }));

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dataset-file-'));
  mkdirSync(path.join(folder, 'qrels'));
  writeFileSync(path.join(folder, 'corpus.jsonl'), '{"_id":"q1","text":"own"}\n{"_id":"d2","text":"other"}\n');
  writeFileSync(path.join(folder, 'queries.jsonl'), '{"_id":"q1","text":"own"}\n');
  writeFileSync(path.join(folder, 'qrels', 'test.tsv'), 'query-id\tcorpus-id\tscore\nq1\td2\t1\n');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('how a collection is evaluated', () => {
  it('is what its dataset.json says, and part of its hash where it decides the candidates', () => {
    const plain = readCollection(folder);
    expect(plain.evaluation).toBeUndefined();
    say({ dropsOwnDocument: true, maxDocumentTokens: 256, maxQueryTokens: 256 });
    const dropping = readCollection(folder);
    expect(dropping.evaluation).toEqual({ dropsOwnDocument: true, maxDocumentTokens: 256, maxQueryTokens: 256 });
    expect(dropping.hash).not.toBe(plain.hash);
    say({ maxQueryTokens: 64 });
    expect(readCollection(folder).hash).toBe(plain.hash);
  });

  test.each([
    [{ dropsOwnDocument: 'yes' }, 'evaluation.dropsOwnDocument'],
    [{ maxQueryTokens: 0 }, 'evaluation.maxQueryTokens'],
    [{ maxDocumentTokens: 2.5 }, 'evaluation.maxDocumentTokens'],
  ])('%j is refused', (evaluation, field) => {
    say(evaluation);
    expect(() => readCollectionEvaluation(folder)).toThrow(InputError);
    expect(() => readCollectionEvaluation(folder)).toThrow(field);
  });

  it('own documents are dropped before a list is cut', () => {
    const scored = (...ids: string[]) => ids.map((docId, at) => ({ docId, score: -at }));
    const run = new Map([
      ['a', scored('a', 'b', 'c')],
      ['b', scored('c', 'a', 'd')],
      ['c', scored('c')],
    ]);
    const ids = [...withoutOwnDocuments(run, 2)].map(([id, list]) => [id, list.map(({ docId }) => docId)]);
    expect(ids).toEqual([
      ['a', ['b', 'c']],
      ['b', ['c', 'a']],
    ]);
  });
});

describe('a collection named dataset:', () => {
  it('lies where the application says', () => {
    expect(() => resolveCollection('dataset:x')).toThrow('this program has no cache of collections');
    const asked: string[] = [];
    useDatasetFolders((name) => {
      asked.push(name);
      return folder;
    });
    expect(resolveCollection('dataset:x').hash).toBe(readCollection(folder).hash);
    expect(() => resolveCollection('datast:x')).toThrow(/No collection "datast:x"/);
    expect(asked).toEqual(['dataset:x']);
  });
});
