import { InputError } from '@tsarank/io';
import { DATASETS } from './catalog/datasets';
import { familyOf, parseDatasetName } from './dataset-name';
import { datasetSettings, locationOf } from './dataset-settings';

describe('the name of a collection', () => {
  test.each([
    ['dataset:nfcorpus', 'nfcorpus'],
    ['dataset:NFCorpus', 'nfcorpus'],
    ['dataset:beir/nfcorpus', 'nfcorpus'],
    ['dataset:Touché-2020', 'webis-touche2020'],
    ['dataset:touche-2020', 'webis-touche2020'],
    ['dataset:dbpedia', 'dbpedia-entity'],
    ['dataset:DL19', 'trec-dl-2019'],
    ['dataset:trec-dl-2023', 'trec-dl-2023'],
    ['dataset:msmarco', 'msmarco-passage'],
    ['dataset:NanoBEIR/NQ', 'nano-nq'],
    ['dataset:NanoMSMARCO', 'nano-msmarco'],
    ['dataset:nano-climate-fever', 'nano-climatefever'],
  ])('%s is %s', (given, name) => expect(parseDatasetName(given).dataset.name).toBe(name));

  it('stands for the usual part, and has one spelling', () => {
    expect(parseDatasetName('dataset:dl19')).toMatchObject({ part: 'all', name: 'dataset:trec-dl-2019' });
    expect(parseDatasetName('dataset:dl19@all').name).toBe('dataset:trec-dl-2019');
    expect(parseDatasetName('dataset:dl21@all').name).toBe('dataset:trec-dl-2021@all');
  });

  it('that there is none of is answered by the nearest', () => {
    expect(() => parseDatasetName('dataset:nfcorpsu')).toThrow('Did you mean "dataset:nfcorpus"?');
    expect(() => parseDatasetName('dataset:trec-dl-19')).not.toThrow();
    expect(() => parseDatasetName('dataset:')).toThrow(/name is missing.*msmarco-passage/);
    expect(() => parseDatasetName('dataset:something-else-altogether')).toThrow(/There are msmarco-passage, /);
    expect(() => parseDatasetName('dataset:../nfcorpus@all@all')).toThrow(InputError);
  });

  it('with a part that it has not is answered by those it has', () => {
    expect(() => parseDatasetName('dataset:scifact@candidates')).toThrow('expected dataset:scifact@all');
  });

  it('every spelling means one collection', () => {
    for (const { name, aliases = [] } of DATASETS) {
      for (const spelling of [name, ...aliases])
        expect(parseDatasetName(`dataset:${spelling}`).dataset.name).toBe(name);
    }
  });

  it('may mean a family', () => {
    expect(familyOf('dataset:NanoBEIR')).toHaveLength(13);
    expect(familyOf('dataset:beir')).toHaveLength(13);
    expect(familyOf('dataset:nq')).toBeUndefined();
  });
});

describe('where files are asked for', () => {
  const hub = { endpoint: 'https://huggingface.co', offline: false, headers: () => ({ authorization: 'Bearer x' }) };
  const published = 'https://public.ukp.informatik.tu-darmstadt.de/thakur/BEIR/datasets/nq.zip';
  const onHub = 'https://huggingface.co/datasets/zeta-alpha-ai/NanoNQ/resolve/main/qrels/train-00000-of-00001.parquet';

  it('is where they are published, or a server with the same paths', () => {
    const own = datasetSettings({}, { cacheDirectory: '/c', hub });
    expect(own.cacheDirectory).toBe('/c/datasets');
    expect(locationOf(published, own)).toMatchObject({ url: published, isMirror: false });
    const mirrored = datasetSettings(
      { TSARANK_DATASETS_ENDPOINT: 'http://127.0.0.1:8/m/' },
      { cacheDirectory: '/c', hub },
    );
    const at = locationOf(published, mirrored);
    expect(at).toMatchObject({ url: 'http://127.0.0.1:8/m/thakur/BEIR/datasets/nq.zip', isMirror: true });
    expect(at.headers).not.toHaveProperty('authorization');
  });

  it('of the Hub is the endpoint of the Hub', () => {
    const settings = datasetSettings({}, { cacheDirectory: '/c', hub: { ...hub, endpoint: 'http://127.0.0.1:9' } });
    expect(locationOf(onHub, settings).url).toBe(onHub.replace('https://huggingface.co', 'http://127.0.0.1:9'));
  });

  it('that is no address, or names a password, is refused', () => {
    for (const address of ['mirror', 'ftp://a', 'https://user:secret@mirror.example']) {
      const error = (() => {
        try {
          datasetSettings({ TSARANK_DATASETS_ENDPOINT: address }, { cacheDirectory: '/c', hub });
        } catch (thrown) {
          return thrown as Error;
        }
        return new Error('nothing failed');
      })();
      expect(error).toBeInstanceOf(InputError);
      expect(error.message).not.toContain('secret');
    }
  });
});
