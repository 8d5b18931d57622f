import type { ResultColumn, ResultRow, ResultTable } from '@tsarank/ablation';
import { html, unbroken, type Html } from '../html-text';
import { formatDifference, formatP, formatValue, significanceMark } from '../number-text';
import { baselineRow, isBm25, isVariant, numberAt, primaryColumn } from '../report-input';

/** Variants that a list names; of more, the rest is counted. */
const MOST_NAMED = 12;

/** The answer to the question of an experiment. */
export interface Lead {
  /** The baseline's value, and how many variants differ from it. */
  answer: string;
  /** Variants by what came of them: worse, better, within noise, and those without a comparison. */
  lists: { name: string; variants: string[] }[];
  /** BM25, and what the p-values are about. */
  remarks: string;
}

/**
 * Says which variants differ from the baseline by more than chance and by how much, which are within noise, and which could
 * not be compared; the greatest differences first. Only variants of the recipe are counted; BM25 is a remark.
 */
export function reportLead(table: ResultTable): Lead {
  const column = primaryColumn(table);
  const baseline = baselineRow(table);
  const value = numberAt(baseline, column);
  if (!column || !baseline || value === undefined)
    return { answer: 'The baseline has no result yet.', lists: [], remarks: '' };
  const variants = table.rows.filter((row) => isVariant(row) && row !== baseline);
  const compared = variants.flatMap((row): Compared[] => {
    const { difference, p } = row.cells[column.key] ?? {};
    const measured = numberAt(row, column) !== undefined && difference !== undefined && p !== undefined;
    return measured ? [{ row, difference, p }] : [];
  });
  const bySize = [...compared].sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  const sure = bySize.filter(({ p }) => significanceMark(p) !== '');
  const named = (some: readonly Compared[]): string[] =>
    some.map(({ row, difference, p }) => `“${row.label}” ${signed(difference, column)} (${formatP(p)})`);
  const rest = variants.filter((row) => !compared.some((one) => one.row === row));
  const lists = [
    { name: 'Worse', variants: named(sure.filter(({ difference }) => difference < 0)) },
    { name: 'Better', variants: named(sure.filter(({ difference }) => difference >= 0)) },
    { name: 'Within noise', variants: named(bySize.filter(({ p }) => significanceMark(p) === '')) },
    { name: 'No result', variants: quoted(rest.filter((row) => numberAt(row, column) === undefined)) },
    {
      name: 'Not compared (other queries or seeds)',
      variants: quoted(rest.filter((row) => numberAt(row, column) !== undefined)),
    },
  ];
  return {
    answer: `“${baseline.label}”, the baseline, has ${column.label} ${formatValue(value, column.digits)}.${countSentence(compared.length, sure.length)}`,
    lists: lists.filter((list) => list.variants.length > 0),
    remarks: [...bm25Sentence(table, column, value), ...testSentence(compared.length, table, column)].join(' '),
  };
}

/** The lead as it stands under the page's heading. */
export function leadHtml({ answer, lists, remarks }: Lead): Html {
  const more = ({ variants }: Lead['lists'][number]): string =>
    variants.length > MOST_NAMED + 1
      ? `${variants.slice(0, MOST_NAMED).join(', ')} and ${variants.length - MOST_NAMED} more (see the table)`
      : variants.join(', ');
  return html`<div class="lead">
    <p>${unbroken(answer)}</p>
    ${
      lists.length > 0 &&
      html`<ul>
        ${lists.map((list) => html`<li><b>${list.name}:</b> ${unbroken(more(list))}.</li>`)}
      </ul>`
    }
    ${remarks && html`<p class="muted">${unbroken(remarks)}</p>`}
  </div>`;
}

interface Compared {
  row: ResultRow;
  difference: number;
  p: number;
}

function countSentence(compared: number, sure: number): string {
  if (compared === 0) return '';
  if (compared === 1)
    return ` The one variant ${sure === 1 ? 'differs' : 'does not differ'} from it by more than chance (p < 0.05).`;
  if (sure === 0) return ` None of the ${compared} variants differs from it by more than chance: all have p ≥ 0.05.`;
  return ` ${sure} of ${compared} variants ${sure === 1 ? 'differs' : 'differ'} from it by more than chance (p < 0.05).`;
}

function bm25Sentence(table: ResultTable, column: ResultColumn, value: number): string[] {
  const row = table.rows.find(isBm25);
  const bm25 = numberAt(row, column);
  if (bm25 === undefined) return [];
  const p = row?.cells[column.key]?.p;
  const beside = `${signed(bm25 - value, column)}${p === undefined ? '' : `, ${formatP(p)}`}`;
  return [`BM25 alone has ${formatValue(bm25, column.digits)} (${beside}).`];
}

/** What the p-values are about, and what they are not. */
function testSentence(compared: number, table: ResultTable, column: ResultColumn): string[] {
  if (compared === 0) return [];
  const seeds = Math.max(...table.rows.map(({ cells }) => cells[column.key]?.n ?? 0));
  const luck = seeds > 1 ? '' : ' With one seed they say nothing of luck in training.';
  return [`The p-values compare query by query and are corrected for the number of rows.${luck}`];
}

const quoted = (rows: readonly ResultRow[]): string[] => rows.map(({ label }) => `“${label}”`);

const signed = (difference: number, { digits }: ResultColumn): string =>
  formatDifference(difference, digits).replace('-', '−');
