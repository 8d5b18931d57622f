import { InputError, type JsonLine } from '@tsarank/io';
import type { Document } from '../../document';
import {
  kindOf,
  optionalString,
  requireId,
  requireObject,
  requireString,
  requireText,
  type JsonObject,
  type LinePlace,
} from '../line-fields';
import { fieldsOf, formatOfRecord, readAs, type RecordFormat } from '../read-as';
import { CandidateList, type Candidates } from './candidate-list';

export type RecordsFormat = 'rank_llm' | 'rankinggpt';

/** Fields by which a document of rank_llm has its text, in the order in which it looks for them. */
const TEXTS = ['text', 'segment', 'contents', 'content', 'body', 'passage'];

interface CandidateRecords extends RecordFormat {
  add(list: CandidateList, object: JsonObject, place: LinePlace): void;
}

const RECORDS: Readonly<Record<RecordsFormat, CandidateRecords>> = {
  rank_llm: { title: "rank_llm's JSON", fits: (object) => 'hits' in object || 'candidates' in object, add: addRequest },
  rankinggpt: {
    title: "RankingGPT's ranking JSON",
    fits: (object) => 'pid' in object && 'passage' in object,
    add: addPair,
  },
};

/** Columns of a Parquet file of candidates. */
export const CANDIDATE_COLUMNS = ['query', 'hits', 'candidates', 'qid', 'pid', 'passage'];

/** Candidates of JSON objects. */
export function recordCandidates(
  file: string,
  values: Iterable<JsonLine>,
  asked: RecordsFormat | undefined,
): Candidates {
  const list = new CandidateList();
  let format = asked;
  for (const { value, line } of values) {
    const place = { file, line };
    const object = requireObject(value, place);
    format ??= formatOfRecord(object, RECORDS, place, '--run-format');
    if (format === undefined) {
      const expected =
        '{"query", "hits"} or {"query", "candidates"} of rank_llm, or {"qid", "pid", "query", "passage"}';
      throw new InputError({ ...place, found: fieldsOf(object), expected });
    }
    const { title, add } = RECORDS[format];
    readAs(title, () => add(list, object, place));
  }
  if (format === undefined) throw new InputError({ file, found: 'an empty file', expected: 'candidates' });
  const { run, queries, documents } = list;
  return { run, queries, documents, format };
}

/** `{"qid", "pid", "query", "passage"}`: a pair a line, best first. */
function addPair(list: CandidateList, object: JsonObject, place: LinePlace): void {
  const queryId = requireId(object, 'qid', place);
  const docId = requireId(object, 'pid', place);
  list.add(queryId, docId, place);
  list.addQuery(queryId, requireText(object, 'query', place), place);
  list.addDocument(docId, { title: '', text: requireString(object, 'passage', place) }, place);
}

/**
 * A query with its documents: `{"query", "hits": [{"content", "qid", "docid", "rank", "score"}]}`, or
 * `{"query": {"text", "qid"}, "candidates": [{"docid", "score", "doc": {…} | "…"}]}`. Without scores the list's order counts.
 */
function addRequest(list: CandidateList, object: JsonObject, place: LinePlace): void {
  const key = 'candidates' in object ? 'candidates' : 'hits';
  const items = object[key];
  if (!Array.isArray(items)) {
    throw new InputError({ ...place, field: key, found: kindOf(items), expected: 'array of objects' });
  }
  const asked = typeof object['query'] === 'object' ? requireObject(object['query'], place, 'query') : undefined;
  const text = asked ? requireText(asked, 'text', place, 'query.text') : requireText(object, 'query', place);
  items.forEach((item: unknown, index) => {
    const field = `${key}[${index}]`;
    const hit = requireObject(item, place, field);
    const queryId = idOf(asked ?? hit, 'qid', place, asked ? 'query' : field);
    const docId = idOf(hit, 'docid', place, field);
    list.add(queryId, docId, place, scoreOf(hit, place, field));
    list.addQuery(queryId, text, place);
    list.addDocument(docId, documentOf(hit, place, field), place);
  });
}

function idOf(object: JsonObject, key: string, place: LinePlace, field: string): string {
  try {
    return requireId(object, key, place);
  } catch (error) {
    throw error instanceof InputError ? new InputError({ ...error.problem, field: `${field}.${key}` }) : error;
  }
}

function scoreOf(hit: JsonObject, place: LinePlace, field: string): number | undefined {
  const { score } = hit;
  if (score === undefined) return undefined;
  if (typeof score === 'number' && Number.isFinite(score)) return score;
  throw new InputError({ ...place, field: `${field}.score`, found: kindOf(score), expected: 'a finite number' });
}

function documentOf(hit: JsonObject, place: LinePlace, field: string): Document {
  const { doc } = hit;
  if (typeof doc === 'string') return { title: '', text: doc };
  const [object, name] = doc === undefined ? [hit, field] : [requireObject(doc, place, `${field}.doc`), `${field}.doc`];
  const key = TEXTS.find((each) => each in object) ?? (doc === undefined ? 'content' : 'text');
  return {
    title: optionalString(object, 'title', place, `${name}.title`),
    text: requireString(object, key, place, `${name}.${key}`),
  };
}
