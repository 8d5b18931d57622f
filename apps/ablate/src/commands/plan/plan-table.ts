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

/** One line of a plan: a run, or the scores of all trained models over one test set. */
interface PlanLine {
  run: string;
  state: string;
  seed: string;
  flops: number;
  memory: number;
  seconds: number | undefined;
  name: string;
  /** What sets it apart, in so many characters. */
  tail: (width: number) => string;
}

/** A plan for people: the question and what is shared, its runs line by line, and what is left to do in all. */
export function planTable(described: DescribedPlan, width = WIDTH): string {
  const { plan } = described;
  const lines = linesOf(described);
  const unit = flopUnit(lines.map(({ flops }) => flops));
  const columns = [
    { head: 'run', cells: lines.map(({ run }) => run) },
    { head: 'state', cells: lines.map(({ state }) => state) },
    { head: 'seed', cells: lines.map(({ seed }) => seed), isNumber: true },
    { head: unit.name, cells: lines.map(({ flops }) => unit.text(flops)), isNumber: true },
    { head: 'memory', cells: lines.map(({ memory }) => memoryText(memory)), isNumber: true },
    { head: 'time', cells: lines.map(({ seconds }) => timeText(seconds)), isNumber: true },
    { head: 'variant', cells: lines.map(({ name }) => cut(name, LONGEST_NAME)) },
  ];
  const widths = columns.map(({ head, cells }) =>
    cells.reduce((most, text) => Math.max(most, text.length), head.length),
  );
  const line = (texts: readonly string[], tail: string): string => {
    const aligned = texts.map((text, column) =>
      columns[column]!.isNumber ? text.padStart(widths[column]!) : text.padEnd(widths[column]!),
    );
    return [...aligned, tail].join(GAP).trimEnd();
  };
  const tailWidth = Math.max(SHORTEST_TAIL, width - widths.reduce((sum, each) => sum + each + GAP.length, 0));
  const rows = lines.map(({ tail }, row) =>
    line(
      columns.map(({ cells }) => cells[row]!),
      cut(tail(tailWidth), tailWidth),
    ),
  );
  const head = line(
    columns.map((column) => column.head),
    cut('differs from the baseline in', tailWidth),
  );
  const top = wrapped(`${plan.spec.name}: ${plan.spec.question}`, width);
  const shared = sharing(described).flatMap((text) => wrapped(text, width));
  return `${[...top, ...shared, '', head, ...rows, '', ...totals(described)].join('\n')}\n`;
}

/** A line for each run that trains and for each score of an untrained model; the other scores together, set by set. */
function linesOf({ plan, runs }: DescribedPlan): PlanLine[] {
  const single = runs.filter(({ run }) => run.kind !== 'score' || run.parent === undefined);
  const bySet = new Map<string, DescribedRun[]>();
  for (const each of runs) {
    if (single.includes(each)) continue;
    const { name } = each.run.set!;
    bySet.set(name, [...(bySet.get(name) ?? []), each]);
  }
  return [
    ...single.map((each): PlanLine => ({
      run: each.run.runId,
      state: each.state,
      seed: String(each.run.seed),
      flops: each.estimate.flops,
      memory: each.estimate.memory,
      seconds: each.estimate.seconds,
      name: nameOf(each, plan.labels),
      tail: (width) => tailOf(each, width),
    })),
    ...[...bySet].map(([set, scores]): PlanLine => {
      const done = scores.filter(({ state }) => state === 'done').length;
      const seconds = scores.map(({ estimate }) => estimate.seconds);
      return {
        run: counted(scores.length, 'run'),
        state: done === 0 ? 'to do' : done === scores.length ? 'done' : `${done} done`,
        seed: '',
        flops: sum(scores.map(({ estimate }) => estimate.flops)),
        memory: Math.max(...scores.map(({ estimate }) => estimate.memory)),
        seconds: seconds.every((each) => each !== undefined) ? sum(seconds) : undefined,
        name: `scores on ${set}`,
        tail: () => 'of every trained model',
      };
    }),
  ];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

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
  if (run.kind === 'pretrain') return startsFrom > 0 ? `stage one of ${counted(startsFrom, 'run')}` : 'stage one';
  const label = labels[variants[0]!] ?? variants[0]!;
  return variants.length > 1 ? `${label} +${variants.length - 1}` : label;
}

/** Where it starts and what sets it apart, in so many characters. */
function tailOf({ run, variants, differences }: DescribedRun, width: number): string {
  const from = run.parent === undefined ? '' : `from ${run.parent.slice(0, 8)}  `;
  const scored = run.set ? `on ${run.set.name}  ` : '';
  const others = `${scored}${variants.length > 1 ? `shared by ${variants.length}  ` : ''}`;
  if (differences.length === 0) return `${from}${others}${run.kind === 'finetune' ? 'baseline' : ''}`;
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
