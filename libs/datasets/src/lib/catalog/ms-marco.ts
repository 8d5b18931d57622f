import type { Dataset, SourceFile } from './dataset';

const FOLDER = 'https://msmarco.z22.web.core.windows.net/msmarcoranking';
const NIST = 'https://trec.nist.gov/data/deep';
const LICENCE = 'MS MARCO terms: non-commercial research';
const HOMEPAGE = 'https://microsoft.github.io/msmarco';

const file = (url: string, bytes: number, md5: string): SourceFile => ({ url, bytes, md5 });

/** The 8.8 million passages, and queries and judgments of train and dev. */
const COLLECTION = file(`${FOLDER}/collectionandqueries.tar.gz`, 1_057_717_952, '31644046b18952c1386cd4564ba2ae69');
/** The 138 million passages of version 2. */
const PASSAGES_V2: SourceFile = {
  ...file(`${FOLDER}/msmarco_v2_passage.tar`, 21_768_192_000, '05946bac48a8ffee62e160213eab3fda'),
  shared: true,
};

const PASSAGES: Dataset = {
  name: 'msmarco-passage',
  family: 'ms-marco',
  aliases: ['msmarco', 'msmarcodev', 'msmarcopassagedev', 'msmarcopassagedevsmall'],
  title: 'MS MARCO passage ranking, dev (small)',
  documents: 8_841_823,
  queries: { train: 502_939, dev: 6980 },
  licence: LICENCE,
  homepage: HOMEPAGE,
  notes: "The passages' broken encoding of special characters is as published.",
  parts: { all: { layout: 'ms-marco', files: { archive: COLLECTION } } },
  usualPart: 'all',
};

interface Track {
  year: number;
  queries: number;
  topics: SourceFile;
  qrels: SourceFile;
  candidates: SourceFile;
}

const FIRST: readonly Track[] = [
  {
    year: 2019,
    queries: 43,
    topics: file(`${FOLDER}/msmarco-test2019-queries.tsv.gz`, 4276, 'eda71eccbe4d251af83150abe065368c'),
    qrels: file(`${NIST}/2019qrels-pass.txt`, 187_092, '2f4be390198da108f6845c822e5ada14'),
    candidates: file(
      `${FOLDER}/msmarco-passagetest2019-top1000.tsv.gz`,
      26_634_062,
      'ec9e012746aa9763c7ff10b3336a3ce1',
    ),
  },
  {
    year: 2020,
    queries: 54,
    topics: file(`${FOLDER}/msmarco-test2020-queries.tsv.gz`, 4131, '00a406fb0d14ed3752d70d1e4eb98600'),
    qrels: file(`${NIST}/2020qrels-pass.txt`, 218_617, '0355ccee7509ac0463e8278186cdd8d1'),
    candidates: file(
      `${FOLDER}/msmarco-passagetest2020-top1000.tsv.gz`,
      26_230_218,
      'aa6fbc51d66bd1dc745964c0e140a727',
    ),
  },
];

const SECOND: readonly Track[] = [
  {
    year: 2021,
    queries: 53,
    topics: file(`${FOLDER}/2021_queries.tsv`, 24_585, '46d863434dda18300f5af33ee29c4b28'),
    qrels: file(`${NIST}/2021.qrels.pass.final.txt`, 433_887, 'c5b76ec95b589732edc9040302e22a2b'),
    candidates: file(`${FOLDER}/2021_passage_top100.txt.gz`, 604_533, 'e2be2d307da26d1a3f76eb95507672a3'),
  },
  {
    year: 2022,
    queries: 76,
    topics: file(`${FOLDER}/2022_queries.tsv`, 21_508, 'f1bfd53d80e81e58207ce557fd2211a0'),
    qrels: file(`${NIST}/2022.qrels.pass.withDupes.txt`, 15_800_539, 'b36484d6cfd039664a570a4bf04f0eeb'),
    candidates: file(`${FOLDER}/2022_passage_top100.txt.gz`, 630_095, '36004dfad64826167aeecddff1d490a6'),
  },
  {
    year: 2023,
    queries: 82,
    topics: file(`${FOLDER}/2023_queries.tsv`, 38_128, '7df9e17b47cc9aa5d1c9fd5b313e273c'),
    qrels: file(`${NIST}/2023.qrels.pass.withDupes.txt`, 912_450, '3a742d51ae65da2ece9c09b304b9e358'),
    candidates: file(`${FOLDER}/2023_passage_top100.txt.gz`, 888_898, 'c339ed75e1556cacb387899f34cadad1'),
  },
];

const shared = ({ year, queries }: Track) => ({
  name: `trec-dl-${year}`,
  family: 'ms-marco' as const,
  aliases: [`dl${year}`, `dl${year - 2000}`, `trecdl${year - 2000}`],
  title: `TREC Deep Learning ${year}, passages`,
  queries: { test: queries },
  licence: `${LICENCE}; judgments: NIST`,
  homepage: `https://trec.nist.gov/data/deep${year}.html`,
});

/**
 * MS MARCO's passages and the TREC Deep Learning tracks over them. The tracks of 2019 and 2020 share the passages of
 * `msmarco-passage`; those of 2021 to 2023 are over version 2, whose 22 GB are fetched only where they are asked for.
 *
 * Source: the tracks' pages; MD5, sizes and counts: ir_datasets (that of the 2019 judgments checked against a copy).
 */
export const MS_MARCO: readonly Dataset[] = [
  PASSAGES,
  ...FIRST.map((track): Dataset => ({
    ...shared(track),
    documents: 8_841_823,
    notes: 'The published 1000 candidates of a query (part "candidates") have no order; their scores are 0.',
    parts: {
      all: {
        layout: 'ms-marco-topics',
        files: { topics: track.topics, qrels: track.qrels },
        corpusOf: PASSAGES.name,
      },
      candidates: {
        layout: 'ms-marco-candidates',
        files: { topics: track.topics, qrels: track.qrels, candidates: track.candidates },
      },
    },
    usualPart: 'all',
  })),
  ...SECOND.map((track): Dataset => {
    const { topics, qrels, candidates } = track;
    const files = { topics, qrels, candidates };
    const withPassages = { layout: 'ms-marco-v2', files: { ...files, passages: PASSAGES_V2 } } as const;
    return {
      ...shared(track),
      documents: 138_364_198,
      notes:
        'A name alone has no passages: @candidates adds those that the published 100 candidates and the judgments name, @all every one; both read 21.8 GB.',
      parts: { queries: { layout: 'ms-marco-v2', files }, candidates: withPassages, all: withPassages },
      usualPart: 'queries',
    };
  }),
];
