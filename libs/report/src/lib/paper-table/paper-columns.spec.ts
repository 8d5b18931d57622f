import { InputError } from '@tsarank/io';
import { paperColumns, type NamedTestSet } from './paper-columns';

const set = (name: string, more: Partial<NamedTestSet> = {}): NamedTestSet => ({
  name,
  collection: `dataset:${name}`,
  candidates: 'bm25',
  depth: 100,
  ...more,
});
const placesOf = (key: Parameters<typeof paperColumns>[0], ...sets: NamedTestSet[]): Record<string, string> =>
  Object.fromEntries([...paperColumns(key, sets).places].map(([column, { candidates }]) => [column, candidates]));

describe('paperColumns', () => {
  it('finds the column by set and first stage, and says the candidates in the words of the table', () => {
    const dl19 = { collection: 'trec-dl-2019' };
    expect(
      placesOf(
        'in-domain',
        set('msmarco-dev', { depth: 1000 }),
        set('a', dl19),
        set('b', { ...dl19, candidates: 'runs/BGE-large.dl19.trec', depth: 1000 }),
        set('dl20', { candidates: 'mine.trec', tag: 'bge-base' }),
      ),
    ).toEqual({
      'bm25/msmarco-dev': 'BM25 top 1000',
      'bm25/dl19': 'BM25 top 100',
      'bge/dl19': 'BGE top 1000',
      'bge/dl20': 'BGE top 100',
    });
  });

  it('takes a tag over the name of the file, and the name of a set where its collection says nothing', () => {
    expect(placesOf('in-domain', set('dl19', { candidates: 'bge.trec', tag: 'bm25' }))).toEqual({
      'bm25/dl19': 'BM25 top 100',
    });
    expect(placesOf('beir-7b', set('NFCorpus', { collection: './mine' }))).toEqual({ nfcorpus: 'BM25 top 100' });
  });

  it('puts other candidates under BM25, by the name of their file', () => {
    expect(placesOf('in-domain', set('dl19', { candidates: 'runs/splade.trec' }))).toEqual({
      'bm25/dl19': 'splade.trec top 100',
    });
    // The letters alone are no first stage.
    expect(placesOf('in-domain', set('dl20', { candidates: 'abge.trec', depth: undefined }))).toEqual({
      'bm25/dl20': 'abge.trec, all',
    });
  });

  it('leaves out what the table has no column for, and names it', () => {
    const { places, notes } = paperColumns('in-domain', [set('cwe', { collection: 'cwe' }), set('nfcorpus')]);
    expect(places.size).toBe(0);
    expect(notes).toEqual([
      'Left out: the set cwe (cwe), for which “In-domain passage ranking” has no column.',
      'Left out: the set nfcorpus (dataset:nfcorpus), for which “In-domain passage ranking” has no column.',
    ]);
  });

  it('refuses two sets for one column, and a set that is two of them', () => {
    const twice = [set('dl19'), set('deep', { collection: 'trec-dl-2019', depth: 1000 })];
    expect(() => paperColumns('in-domain', twice)).toThrow(InputError);
    expect(() => paperColumns('in-domain', twice)).toThrow(
      'found the sets "dl19" and "deep", which both belong to the column BM25: DL19',
    );
    expect(() => paperColumns('in-domain', [set('dl19', { collection: 'trec-dl-2020' })])).toThrow(
      'found the set "dl19" over the collection trec-dl-2020, expected a name of DL20, or a collection of DL19',
    );
  });
});
