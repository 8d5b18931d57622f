import type { ProbeReport, TimedWork } from './probe-task';
import type { Calibration, PhaseRate } from './run-estimate';

/** One calibration of the reports of probes that ran at the same time: means of their seconds. */
export function calibrate(reports: readonly (ProbeReport & { end: number })[]): Calibration {
  const average = (secondsOf: (report: ProbeReport & { end: number }) => number): number =>
    reports.reduce((sum, report) => sum + secondsOf(report), 0) / reports.length;
  const stage = (name: 'pretrain' | 'finetune'): PhaseRate | undefined => {
    const steps = reports[0]?.[name]?.steps;
    return steps && { fixed: average((report) => report[name]!.fixed), ...fitSteps(reports.flatMap((report) => report[name]!.steps)) };
  };
  return {
    counted: reports[0]!.counted,
    load: {
      start: average(({ load }) => load.start),
      model: average(({ load }) => load.model),
      pairs: average(({ load }) => load.pairs),
      index: average(({ load }) => load.index),
      end: average(({ end }) => end),
    },
    pretrain: stage('pretrain'),
    finetune: stage('finetune'),
    evaluate: reports[0]?.evaluate && {
      fixed: average(({ evaluate }) => evaluate!.fixed),
      perStep: 0,
      perFlop: average(({ evaluate }) => evaluate!.scored.seconds) / Math.max(1, average(({ evaluate }) => evaluate!.scored.flops)),
    },
  };
}

/**
 * The line `seconds = perStep + perFlop · flops` nearest to the steps (least squares), through the origin where all have one
 * size or the line would start or fall below 0.
 *
 * @example
 * fitSteps([{ flops: 10, seconds: 2 }, { flops: 30, seconds: 4 }]); // { perStep: 1, perFlop: 0.1 }
 */
export function fitSteps(steps: readonly TimedWork[]): Pick<PhaseRate, 'perStep' | 'perFlop'> {
  const [flops, seconds] = [steps.map((step) => step.flops), steps.map((step) => step.seconds)].map(mean) as [number, number];
  const spread = mean(steps.map((step) => (step.flops - flops) ** 2));
  const slope = mean(steps.map((step) => (step.flops - flops) * (step.seconds - seconds))) / spread;
  const start = seconds - slope * flops;
  // Sizes within a few hundredths are one size, measured several times.
  if (spread > (0.05 * flops) ** 2 && slope > 0 && start >= 0) return { perStep: start, perFlop: slope };
  const squares = mean(steps.map((step) => step.flops ** 2));
  return { perStep: 0, perFlop: squares > 0 ? mean(steps.map((step) => step.flops * step.seconds)) / squares : 0 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
