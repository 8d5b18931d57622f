import { InputError, openRecords } from '@tsarank/io';
import { CANDIDATES_FORMATS, type CandidatesFormat } from '../format-names';
import type { IdOptions } from '../line-fields';
import { requireFormat } from '../read-as';
import { filledLines, isTrecId, withFirst } from '../table-lines';
import type { Candidates } from './candidate-list';
import { CANDIDATE_COLUMNS, recordCandidates } from './candidate-records';
import { tableFormat, threeColumnCandidates, top1000Candidates, trecCandidates } from './candidate-tables';

const EXPECTED = 'candidates: a TREC run, an MS MARCO run, top1000 lines, or JSON of rank_llm or RankingGPT';

/**
 * What a first stage returned: TREC runs; MS MARCO's query, document, rank; query, document, score; MS MARCO's `top1000` lines
 * and RankingGPT's `{"qid", "pid", "query", "passage"}`, which carry texts; rank_llm's JSON, old and new, which does too. The
 * first line says which it is; plain, `.gz` or `.zst`. Where a format has no scores they are 1 / rank, the rank being the
 * file's or, without one, the document's place among those of its query.
 *
 * @param options.format What the file is read as, where that is not to be found out; `tsv`: a TREC run split at tabs alone.
 * @param options.forTrec The ids are to be written to a TREC file, which holds none with white space.
 * @throws {InputError} naming file, line, field and what the file was read as: files that can be read in several ways, a
 *   document twice, two texts of one id.
 */
export function readCandidates(
  file: string,
  { format, forTrec }: { format?: CandidatesFormat } & IdOptions = {},
): Candidates {
  const candidates = candidatesOf(file, format);
  if (forTrec) requireTrecIds(file, candidates);
  return candidates;
}

function requireTrecIds(file: string, { run }: Candidates): void {
  const require = (field: string, id: string): void => {
    if (isTrecId(id)) return;
    const expected = 'an id without white space: a TREC run can hold no other';
    throw new InputError({ file, field, found: JSON.stringify(id), expected });
  };
  for (const [queryId, documents] of run) {
    require('query id', queryId);
    for (const { docId } of documents) require('document id', docId);
  }
}

function candidatesOf(file: string, asked: CandidatesFormat | undefined): Candidates {
  const format = asked === undefined ? undefined : requireFormat(asked, CANDIDATES_FORMATS);
  const source = openRecords(file);
  const isJson = source.shape === 'json' || source.shape === 'parquet';
  if (format === 'rank_llm' || format === 'rankinggpt' || (format === undefined && isJson)) {
    return recordCandidates(file, source.values(CANDIDATE_COLUMNS), format);
  }
  const { first, all } = withFirst(filledLines(file, source.lines(), EXPECTED));
  switch (format ?? tableFormat(first!, file)) {
    case 'top1000':
      return top1000Candidates(file, all);
    case 'msmarco':
    case 'scores':
    case 'three columns':
      return threeColumnCandidates(file, all, format === 'msmarco' || format === 'scores' ? format : undefined);
    default:
      return trecCandidates(file, all, format === 'tsv' ? 'tsv' : undefined);
  }
}
