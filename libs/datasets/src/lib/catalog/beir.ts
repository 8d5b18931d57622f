import type { Dataset, DatasetEvaluation } from './dataset';

const FOLDER = 'https://public.ukp.informatik.tu-darmstadt.de/thakur/BEIR/datasets';

/** How the published code evaluates ArguAna, whose queries are whole arguments out of the corpus (RankingGPT, `eval.py`). */
export const ARGUANA_EVALUATION: DatasetEvaluation = {
  dropsOwnDocument: true,
  maxDocumentTokens: 256,
  maxQueryTokens: 256,
};

interface Row extends Pick<
  Dataset,
  'title' | 'documents' | 'queries' | 'licence' | 'homepage' | 'aliases' | 'notes' | 'evaluation'
> {
  name: string;
  bytes: number;
  md5: string;
}

/** Licences as the BEIR paper's appendix E states them. */
const ROWS: readonly Row[] = [
  {
    name: 'arguana',
    title: 'ArguAna',
    documents: 8_674,
    queries: { test: 1406 },
    bytes: 3_773_617,
    md5: '8ad3e3c2a5867cdced806d6503f29b99',
    licence: 'CC BY 4.0',
    homepage: 'http://argumentation.bplaced.net/arguana/data',
    notes: 'Queries are documents too. The published code cuts document and query to 256 tokens each.',
    evaluation: ARGUANA_EVALUATION,
  },
  {
    name: 'climate-fever',
    title: 'Climate-FEVER',
    documents: 5_416_593,
    queries: { test: 1535 },
    bytes: 1_228_666_652,
    md5: '8b66f0a9126c521bae2bde127b4dc99d',
    licence: 'not stated by its authors',
    homepage: 'http://climatefever.ai',
  },
  {
    name: 'dbpedia-entity',
    title: 'DBPedia-Entity',
    documents: 4_635_922,
    queries: { dev: 67, test: 400 },
    bytes: 639_285_131,
    md5: 'c2a39eb420a3164af735795df012ac2c',
    licence: 'CC BY-SA 3.0',
    homepage: 'https://github.com/iai-group/DBpedia-Entity',
    aliases: ['dbpedia'],
  },
  {
    name: 'fever',
    title: 'FEVER',
    documents: 5_416_568,
    queries: { train: 109_810, dev: 6666, test: 6666 },
    bytes: 1_236_988_269,
    md5: '5a818580227bfb4b35bb6fa46d9b6c03',
    licence: 'CC BY-SA 3.0',
    homepage: 'http://fever.ai',
  },
  {
    name: 'fiqa',
    title: 'FiQA-2018',
    documents: 57_638,
    queries: { train: 5500, dev: 500, test: 648 },
    bytes: 17_948_027,
    md5: '17918ed23cd04fb15047f73e6c3bd9d9',
    licence: 'not stated by its authors',
    homepage: 'https://sites.google.com/view/fiqa',
    aliases: ['fiqa2018'],
  },
  {
    name: 'hotpotqa',
    title: 'HotpotQA',
    documents: 5_233_329,
    queries: { train: 85_000, dev: 5447, test: 7405 },
    bytes: 654_025_350,
    md5: 'f412724f78b0d91183a0e86805e16114',
    licence: 'CC BY-SA 4.0',
    homepage: 'https://hotpotqa.github.io',
    aliases: ['hotpot'],
  },
  {
    name: 'nfcorpus',
    title: 'NFCorpus',
    documents: 3_633,
    queries: { train: 2590, dev: 324, test: 323 },
    bytes: 2_448_432,
    md5: 'a89dba18a62ef92f7d323ec890a0d38d',
    licence: 'not stated by its authors',
    homepage: 'https://www.cl.uni-heidelberg.de/statnlpgroup/nfcorpus',
  },
  {
    name: 'nq',
    title: 'Natural Questions',
    documents: 2_681_468,
    queries: { test: 3452 },
    bytes: 498_307_926,
    md5: 'd4d3d2e48787a744b6f6e691ff534307',
    licence: 'CC BY-SA 3.0',
    homepage: 'https://ai.google.com/research/NaturalQuestions',
    aliases: ['naturalquestions'],
  },
  {
    name: 'quora',
    title: 'Quora',
    documents: 522_931,
    queries: { dev: 5000, test: 10_000 },
    bytes: 15_853_968,
    md5: '18fb154900ba42a600f84b839c173167',
    licence: 'not stated by its authors',
    homepage: 'https://www.quora.com/q/quoradata/First-Quora-Dataset-Release-Question-Pairs',
    aliases: ['quoraretrieval'],
  },
  {
    name: 'scidocs',
    title: 'SCIDOCS',
    documents: 25_657,
    queries: { test: 1000 },
    bytes: 142_471_588,
    md5: '38121350fc3a4d2f48850f6aff52e4a9',
    licence: 'GNU GPL 3.0',
    homepage: 'https://allenai.org/data/scidocs',
  },
  {
    name: 'scifact',
    title: 'SciFact',
    documents: 5_183,
    queries: { train: 809, test: 300 },
    bytes: 2_816_079,
    md5: '5f7d1de60b170fc8027bb7898e2efca1',
    licence: 'CC BY-NC 2.0',
    homepage: 'https://github.com/allenai/scifact',
  },
  {
    name: 'trec-covid',
    title: 'TREC-COVID',
    documents: 171_332,
    queries: { test: 50 },
    bytes: 73_876_720,
    md5: 'ce62140cb23feb9becf6270d0d1fe6d1',
    licence: 'Dataset Licence Agreement of its publishers',
    homepage: 'https://ir.nist.gov/covidSubmit/index.html',
    aliases: ['covid'],
    notes: 'Judgments of grade -1 occur; they count as not relevant.',
  },
  {
    name: 'webis-touche2020',
    title: 'Touché-2020',
    documents: 382_545,
    queries: { test: 49 },
    bytes: 227_132_363,
    md5: '46f650ba5a527fc69e0a6521c5a23563',
    licence: 'CC BY 4.0',
    homepage: 'https://webis.de/events/touche-20/shared-task-1.html',
    aliases: ['touche', 'touche2020'],
    notes: "The second release (2,214 judgments), which the paper's numbers are of.",
  },
];

/**
 * The 13 collections of BEIR that the paper evaluates on.
 *
 * Source: BEIR's README (locations and MD5, the same as ir_datasets'); counts and sizes: ir_datasets.
 */
export const BEIR: readonly Dataset[] = ROWS.map(({ name, bytes, md5, ...row }) => ({
  ...row,
  name,
  family: 'beir',
  parts: { all: { layout: 'beir-zip', files: { archive: { url: `${FOLDER}/${name}.zip`, md5, bytes } } } },
  usualPart: 'all',
}));
