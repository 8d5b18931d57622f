import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { evaluateRankings } from './evaluate-rankings';
import { formatMeasure } from './measures/format-measure';
import { parseMeasure } from './measures/measure';
import type { ScorePrecision } from './ranked-list';

const folder = path.resolve(__dirname, '../../../../../shared/data/trec-eval');
const present = existsSync(folder);
if (!present) console.warn(`trec-eval.spec: skipped, no ${folder}`);
const maybe = present ? it : it.skip;

const rows = (file: string) =>
  readFileSync(path.join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));

function readQrels(file: string) {
  const qrels = new Map<string, Map<string, number>>();
  for (const [queryId, , docId, grade] of rows(file)) {
    if (!qrels.has(queryId!)) qrels.set(queryId!, new Map());
    qrels.get(queryId!)!.set(docId!, Number(grade));
  }
  return qrels;
}

function readRun(file: string) {
  const run = new Map<string, { docId: string; score: number }[]>();
  for (const [queryId, , docId, , score] of rows(file)) {
    if (!run.has(queryId!)) run.set(queryId!, []);
    run.get(queryId!)!.push({ docId: docId!, score: Number(score) });
  }
  return run;
}

/** Measures of `-m all_trec` that this library does not offer. */
const NOT_OFFERED =
  /^(runid|relstring|infAP|gm_bpref|Rprec_mult_.*|utility|11pt_avg|binG|G|ndcg_rel|Rndcg|relative_P_.*|set_.*|num_nonrel_judged_ret|rbp.*|unj_.*)$/;

describe('trec_eval’s own test files', () => {
  maybe.each(['out.test', 'out.test.a', 'out.test.aq'])('%s is reproduced line by line', (file) => {
    const lines = readFileSync(path.join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const offered = lines.filter((line) => !NOT_OFFERED.test(line.split('\t')[0]!.trim()));
    const names = [...new Set(offered.map((line) => line.split('\t')[0]!.trim()))];
    const qrels = readQrels('qrels.test');
    const run = readRun('results.test');
    for (const scorePrecision of ['double', 'float'] satisfies ScorePrecision[]) {
      const { perQuery, mean } = evaluateRankings(
        qrels,
        run,
        names.map((name) => parseMeasure(name)),
        { scorePrecision },
      );
      const ours = offered.map((line) => {
        const [label, queryId] = line.split('\t').map((part) => part.trim()) as [string, string];
        const value = queryId === 'all' ? mean.get(label)! : perQuery.get(label)!.get(queryId)!;
        return formatMeasure(parseMeasure(label), queryId, value, 'trec_eval');
      });
      expect(ours).toEqual(offered);
    }
  });

  maybe('ten published DL19 runs have the values that their authors printed', () => {
    const published = JSON.parse(readFileSync(path.join(folder, 'rank_llm/expected.json'), 'utf8')) as {
      run: string;
      qrels: string;
      expected: Record<string, number>;
    }[];
    for (const { run, qrels, expected } of published) {
      const measures = Object.keys(expected).map((label) =>
        parseMeasure(label, { relevanceLevel: label.startsWith('map') ? 2 : 1 }),
      );
      // Anserini's trec_eval averages with -c.
      const { mean } = evaluateRankings(readQrels(`rank_llm/${qrels}`), readRun(`rank_llm/${run}`), measures, {
        complete: true,
      });
      const ours = Object.fromEntries([...mean].map(([label, value]) => [label, Number(value.toFixed(4))]));
      expect(ours).toEqual(expected);
    }
  });
});
