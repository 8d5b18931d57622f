import { PUBLISHED_TABLES } from './published-results';
import { PUBLISHED_SETS, publishedSetOf } from './published-sets';

describe('publishedSetOf', () => {
  it.each([
    ['msmarco-dev', 'msmarco-dev'],
    ['dataset:msmarco-dev', 'msmarco-dev'],
    ['msmarco-v1-passage-dev', 'msmarco-dev'],
    ['msmarco-passage/dev/small', 'msmarco-dev'],
    ['dl19', 'dl19'],
    ['DL 2019', 'dl19'],
    ['trec-dl-2019', 'dl19'],
    ['msmarco-passage/trec-dl-2019/judged', 'dl19'],
    ['dl20-passage', 'dl20'],
    ['dataset:beir/nfcorpus', 'nfcorpus'],
    ['NFCorpus', 'nfcorpus'],
    ['/data/beir/nfcorpus/', 'nfcorpus'],
    ['..\\beir\\nfcorpus', 'nfcorpus'],
    ['beir-v1.0.0-nfcorpus.test', 'nfcorpus'],
    ['touche-2020', 'touche-2020'],
    ['Touché-2020', 'touche-2020'],
    ['webis-touche2020', 'touche-2020'],
    ['beir/dbpedia-entity', 'dbpedia'],
    ['climate_fever', 'climate-fever'],
    ['TREC-COVID', 'trec-covid'],
    ['nq', 'nq'],
  ])('knows %s', (name, key) => {
    expect(publishedSetOf(name)).toBe(key);
  });

  it.each([
    'cwe',
    'factbook',
    'nanobeir/nfcorpus',
    'NanoNFCorpus',
    'webis-touche2020/v3',
    'nfcorpus-small',
    'fevers',
    '',
  ])('takes "%s" for none of them', (name) => {
    expect(publishedSetOf(name)).toBeUndefined();
  });

  it('goes by the split where the name leaves it open, and refuses that of other queries', () => {
    expect(publishedSetOf('msmarco')).toBeUndefined();
    expect(publishedSetOf('dataset:msmarco', 'dev')).toBe('msmarco-dev');
    expect(publishedSetOf('msmarco', 'test')).toBeUndefined();
    expect(publishedSetOf('nfcorpus', 'test')).toBe('nfcorpus');
    expect(publishedSetOf('nfcorpus', 'dev')).toBeUndefined();
  });

  it('finds every column by its own label and dataset', () => {
    for (const { columns } of PUBLISHED_TABLES) {
      for (const { set, heading } of columns.filter((column) => column.set)) {
        expect([publishedSetOf(heading), publishedSetOf(PUBLISHED_SETS[set!].dataset)]).toEqual([set, set]);
      }
    }
  });
});
