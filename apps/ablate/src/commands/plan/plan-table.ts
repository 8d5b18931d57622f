import { formatSeconds } from '@tsarank/io';
import { settingText, type ConfigDifference } from '@tsarank/report/config-differences';
import type { PlannedRun, SweepPlan } from '@tsarank/ablation';
import type { DescribedPlan, DescribedRun } from './describe-plan';

/** Columns that a line may take. */
const WIDTH = 120;
const LONGEST_NAME = 26;
const SHORTEST_TAIL = 12;
const GAP = '  ';
/** Warnings that are written out. */
const LISTED = 3;
const FLOP_UNITS = ['FLOP', 'kFLOP', 'MFLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'EFLOP'];

interface Column {
  head: string;
  cell: (run: DescribedRun) => string;
  isNumber?: boolean;
}

/** A plan for people: the question and what is shared, a line for each run, and what is left to do in all. */
export function planTable(described: DescribedPlan, width = WIDTH): string {
  const { plan, runs } = described;
  const unit = flopUnit(runs.map(({ estimate }) => estimate.flops));
  const columns: Column[] = [
    { head: 'run', cell: ({ run }) => run.runId },
    { head: 'state', cell: ({ state }) => state },
    { head: 'seed', cell: ({ run }) => String(run.seed), isNumber: true },
    { head: unit.name, cell: ({ estimate }) => unit.text(estimate.flops), isNumber: true },
    { head: 'memory', cell: ({ estimate }) => memoryText(estimate.memory), isNumber: true },
    { head: 'time', cell: ({ estimate }) => timeText(estimate.seconds), isNumber: true },
    { head: 'variant', cell: (run) => cut(nameOf(run, plan.labels), LONGEST_NAME) },
  ];
  const cells = columns.map(({ cell }) => runs.map(cell));
  const widths = columns.map(({ head }, column) =>
    cells[column]!.reduce((most, text) => Math.max(most, text.length), head.length),
  );
  const line = (texts: readonly string[], tail: string): string => {
    const aligned = texts.map((text, column) =>
      columns[column]!.isNumber ? text.padStart(widths[column]!) : text.padEnd(widths[column]!),
    );
    return [...aligned, tail].join(GAP).trimEnd();
  };
  const tailWidth = Math.max(SHORTEST_TAIL, width - widths.reduce((sum, each) => sum + each + GAP.length, 0));
  const rows = runs.map((run, row) =>
    line(
      cells.map((column) => column[row]!),
      cut(tailOf(run, tailWidth), tailWidth),
    ),
  );
  const head = line(
    columns.map(({ head: text }) => text),
    cut('differs from the baseline in', tailWidth),
  );
  return `${[...wrapped(`${plan.spec.name}: ${plan.spec.question}`, width), ...sharing(described), '', head, ...rows, '', ...totals(described)].join('\n')}\n`;
}

function sharing({ plan, runs, totals }: DescribedPlan): string[] {
  const { spec, cells } = plan;
  const of = (kind: PlannedRun['kind']): DescribedRun[] => runs.filter(({ run }) => run.kind === kind);
  const [stages, trained, scored] = [of('pretrain'), of('finetune'), of('score')];
  const shared = stages.reduce((sum, { startsFrom }) => sum + startsFrom, 0);
  const variants = Object.keys(spec.variants).length;
  const fewest = new Set(cells.map(({ runId }) => runId)).size;
  const parts = [
    `${counted(variants, 'variant')} x ${counted(spec.seeds.length, 'seed')} take ${counted(trained.length, 'run')} of stage two and ${counted(scored.length, 'scoring run')}`,
    ...(fewest < cells.length ? [`equal variants share theirs`] : []),
    ...(stages.length > 0 ? [`${shared} of them start from ${counted(stages.length, 'run')} of stage one`] : []),
  ];
  const failed = totals.failed > 0 ? `, ${totals.failed} failed` : '';
  return [`${parts.join('; ')}.`, `${counted(runs.length, 'run')}, ${totals.done} done${failed}, ${totals.toDo} to do`];
}

function totals({ plan, totals: { toDo, flops, memory, seconds }, jobs, runs }: DescribedPlan): string[] {
  const tooLarge = runs.filter((run) => run.tooLarge !== undefined && run.state !== 'done');
  const warnings = tooLarge
    .slice(0, LISTED)
    .map((run) => `Warning: run ${run.run.runId} (${nameOf(run, plan.labels)}) ${run.tooLarge!}`);
  const more =
    tooLarge.length > LISTED ? [`Warning: ${tooLarge.length - LISTED} more runs need more memory than there is`] : [];
  if (toDo === 0) return ['Nothing is left to do.'];
  const time = seconds === undefined ? '' : `, about ${formatSeconds(seconds)} on this machine`;
  const atOnce = jobs === 1 ? 'one run' : `${jobs} runs`;
  const unit = flopUnit([flops]);
  return [
    ...warnings,
    ...more,
    `To do: ${unit.text(flops)} ${unit.name}; with ${atOnce} at a time ${memoryText(memory)} of memory${time}.`,
  ];
}

/** A run's name in a line: its variant as tables name it, or what it serves. */
export function nameOf({ run, variants, startsFrom }: DescribedRun, labels: SweepPlan['labels']): string {
  if (run.kind === 'pretrain') return `stage one of ${counted(startsFrom, 'run')}`;
  const label = labels[variants[0]!] ?? variants[0]!;
  const name = variants.length > 1 ? `${label} +${variants.length - 1}` : label;
  return run.set ? `${run.set.name}: ${name}` : name;
}

/** Where it starts and what sets it apart, in so many characters. */
function tailOf({ run, variants, differences }: DescribedRun, width: number): string {
  const verb = run.kind === 'score' ? 'scores' : 'from';
  const from = run.parent === undefined ? '' : `${verb} ${run.parent.slice(0, 8)}  `;
  const others = variants.length > 1 ? `shared by ${variants.length}  ` : '';
  if (differences.length === 0) return `${from}${others}${run.kind === 'pretrain' ? '' : 'baseline'}`;
  const full = differences.map((difference) => differenceText(difference, difference.path)).join(', ');
  if (from.length + others.length + full.length <= width) return `${from}${others}${full}`;
  return `${from}${others}${differences.map((difference) => differenceText(difference, difference.path.split('.').at(-1)!)).join(', ')}`;
}

/** `finetune.topLayers 2 → 1` */
function differenceText({ path, from, to }: ConfigDifference, name: string): string {
  // That a stage is on goes without saying.
  const before = typeof from === 'object' && from !== null && !Array.isArray(from) ? '' : `${settingText(from, path)} `;
  return `${name} ${before}→ ${settingText(to, path)}`;
}

/** One unit for all of them, and numbers of three digits in it. */
function flopUnit(all: readonly number[]): { name: string; text: (flops: number) => string } {
  const middle = [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 1;
  const power = Math.max(0, Math.min(FLOP_UNITS.length - 1, Math.floor(Math.log10(Math.max(1, middle)) / 3)));
  return { name: FLOP_UNITS[power]!, text: (flops) => digits(flops / 1000 ** power) };
}

/** Three digits, or all of those before the point. */
function digits(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

function memoryText(bytes: number): string {
  const gib = bytes / 2 ** 30;
  return gib < 1 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${gib.toFixed(1)} GiB`;
}

function timeText(seconds: number | undefined): string {
  return seconds === undefined ? '-' : formatSeconds(seconds);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
