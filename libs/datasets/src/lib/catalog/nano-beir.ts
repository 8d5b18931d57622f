import { ARGUANA_EVALUATION } from './beir';
import type { Dataset, DatasetEvaluation, SourceFile } from './dataset';

interface Row {
  /** As in the repository's name, `Nano…`. */
  title: string;
  documents: number;
  queries: number;
  /** Of corpus, queries and judgments. */
  md5: readonly [corpus: string, queries: string, qrels: string];
  licence: string;
  aliases?: readonly string[];
  evaluation?: DatasetEvaluation;
}

/** Licences of the collections that the samples are drawn from (BEIR paper, appendix E); each card says CC BY 4.0 for the sample. */
const ROWS: readonly Row[] = [
  {
    title: 'ArguAna',
    documents: 3635,
    queries: 50,
    md5: ['ee563dc09a91032b494f469b6c807a9c', '5ad0a26fad750dc74eae00ab753731b8', '5fab96653b0455879606e82071ef4b21'],
    licence: 'CC BY 4.0',
    evaluation: ARGUANA_EVALUATION,
  },
  {
    title: 'ClimateFEVER',
    documents: 3408,
    queries: 50,
    md5: ['97a57296bbb7e48ffc8b763c4b2a188b', '0f4d43544ae8755e0557f89be3ae7e74', '3042ccd6054266951ac1338c57a2bb85'],
    licence: 'not stated by its authors',
  },
  {
    title: 'DBPedia',
    documents: 6045,
    queries: 50,
    md5: ['cee2bc11f2b84fe636b5f219246221e0', 'ec7d771ba38310699a5b323aa693febe', '8a9fa7e95c276d810ddbb53b8054801d'],
    licence: 'CC BY-SA 3.0',
    aliases: ['nanodbpediaentity'],
  },
  {
    title: 'FEVER',
    documents: 4996,
    queries: 50,
    md5: ['0b052fca4b4c975088bc2f01d7f2b749', '43122d82b3df866afad1f37a28e6ba60', 'a25763bbae313d39668c37dbadb70cd3'],
    licence: 'CC BY-SA 3.0',
  },
  {
    title: 'FiQA2018',
    documents: 4598,
    queries: 50,
    md5: ['873e5dcf7920fc8c0ff210cf06907607', '8b25da8b2d2e40a483d7a782a048a950', 'f22d89ef6658379498bc92e92cf92d26'],
    licence: 'not stated by its authors',
    aliases: ['nanofiqa'],
  },
  {
    title: 'HotpotQA',
    documents: 5090,
    queries: 50,
    md5: ['da3d14375223d0e5dad172acdbb1c332', 'c1f13d4ed9f88a89285e39d9e13f5c38', '3ed8424185156af1fe4c55aac84bce92'],
    licence: 'CC BY-SA 4.0',
  },
  {
    title: 'MSMARCO',
    documents: 5043,
    queries: 50,
    md5: ['15ab2a1d3674e562d088e64dc5781373', '9ab46c94f88bfed1e338dc0887568f03', 'c72caacf4bc04efa8af6b2ac2944ea92'],
    licence: 'MS MARCO terms: non-commercial research',
  },
  {
    title: 'NFCorpus',
    documents: 2953,
    queries: 50,
    md5: ['deb02538a3b030843a8ccca212dc6a3c', '6578fc992124bb997e32bd1192c1b475', '402762544651e0fc6df10cd76e2cbfae'],
    licence: 'not stated by its authors',
  },
  {
    title: 'NQ',
    documents: 5035,
    queries: 50,
    md5: ['aaf73189d2b8d0de039dc2619d7a29ef', '87de29b17a669fc61d1f192bd5099887', 'fc2b183187c4f99e0939b55dc11b1908'],
    licence: 'CC BY-SA 3.0',
  },
  {
    title: 'QuoraRetrieval',
    documents: 5046,
    queries: 50,
    md5: ['a8cd6d41cbeb6bda2a3ed90526de4521', '590ed67697e12f21fafe436c07e6f772', '650ca21cef9a73b83e3845c93e3a230a'],
    licence: 'not stated by its authors',
    aliases: ['nanoquora'],
  },
  {
    title: 'SCIDOCS',
    documents: 2210,
    queries: 50,
    md5: ['60f9f2a7206f0e8a0fc185df2b7ab00b', '940e2220bc9667138774a36f6c771c97', 'e21c1514761b06ac6bba5a8f958d8803'],
    licence: 'GNU GPL 3.0',
  },
  {
    title: 'SciFact',
    documents: 2919,
    queries: 50,
    md5: ['9f82bfc70f9b7d7f0275fb6b8ee38876', '0218d8ad9c0bd8671002f16edb497ff3', '1155d79cf3854fa43c72c8458f34f744'],
    licence: 'CC BY-NC 2.0',
  },
  {
    title: 'Touche2020',
    documents: 5745,
    queries: 49,
    md5: ['fdea27196d1234ab4aa2c49c9a849840', '0ba668cdae413f411644871f544a9d1b', '4b3de9c60d59be85ae4483e1210caff9'],
    licence: 'CC BY 4.0',
    aliases: ['nanotouche', 'nanowebistouche2020'],
  },
];

/** Their publishers name no sizes: for the check of free space alone, on the safe side. */
const CORPUS_BYTES = 4_000_000;
const SMALL_BYTES = 30_000;

/**
 * NanoBEIR: samples of 13 BEIR collections, with 50 queries and a few thousand documents without titles.
 *
 * Source: zeta-alpha-ai's repositories on the Hugging Face Hub (branch main); MD5 and counts: ir_datasets.
 */
export const NANO_BEIR: readonly Dataset[] = ROWS.map(
  ({ title, documents, queries, md5, licence, aliases, evaluation }) => {
    const homepage = `https://huggingface.co/datasets/zeta-alpha-ai/Nano${title}`;
    const file = (table: string, hash: string, bytes: number): SourceFile => ({
      url: `${homepage}/resolve/main/${table}/train-00000-of-00001.parquet`,
      md5: hash,
      bytes,
    });
    return {
      name: `nano-${title.toLowerCase()}`,
      family: 'nano-beir',
      title: `Nano${title}`,
      documents,
      queries: { test: queries },
      licence: `sample CC BY 4.0; collection: ${licence}`,
      homepage,
      ...(aliases && { aliases }),
      ...(evaluation && { evaluation }),
      notes: 'Every judgment is of grade 1.',
      parts: {
        all: {
          layout: 'nano-beir',
          files: {
            corpus: file('corpus', md5[0], CORPUS_BYTES),
            queries: file('queries', md5[1], SMALL_BYTES),
            qrels: file('qrels', md5[2], SMALL_BYTES),
          },
        },
      },
      usualPart: 'all',
    };
  },
);
