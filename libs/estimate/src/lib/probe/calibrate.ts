import type { ProbeReport, TimedStep } from './probe-task';
import type { Calibration, PhaseRate } from '../run-estimate';

/** Square of the sine between the steps' passes and operations below which they count as proportional. */
const LEAST_SPREAD = 0.01;

/** One calibration of the reports of probes that ran at the same time: means of their seconds. */
export function calibrate(reports: readonly (ProbeReport & { end: number })[]): Calibration {
  const average = (secondsOf: (report: ProbeReport & { end: number }) => number): number =>
    reports.reduce((sum, report) => sum + secondsOf(report), 0) / reports.length;
  const stage = (name: 'pretrain' | 'finetune'): PhaseRate | undefined => {
    const steps = reports[0]?.[name]?.steps;
    return (
      steps && {
        fixed: average((report) => report[name]!.fixed),
        ...fitSteps(reports.flatMap((report) => report[name]!.steps)),
      }
    );
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
      fixed: 0,
      perPass: 0,
      perFlop:
        average(({ evaluate }) => evaluate!.seconds) /
        Math.max(
          1,
          average(({ evaluate }) => evaluate!.flops),
        ),
    },
  };
}

/**
 * `perPass` and `perFlop` of the plane `seconds = perPass · passes + perFlop · flops` nearest to the steps (least squares);
 * `perFlop` alone where the steps are too much alike to tell them apart, or one would be below 0.
 *
 * @example
 * fitSteps([{ passes: 8, flops: 10, seconds: 9 }, { passes: 8, flops: 30, seconds: 11 }]); // { perPass: 1, perFlop: 0.1 }
 */
export function fitSteps(steps: readonly TimedStep[]): Pick<PhaseRate, 'perPass' | 'perFlop'> {
  const sum = (valueOf: (step: TimedStep) => number): number => steps.reduce((total, step) => total + valueOf(step), 0);
  const [pp, pf, ff] = [
    sum((step) => step.passes ** 2),
    sum((step) => step.passes * step.flops),
    sum((step) => step.flops ** 2),
  ];
  const [ps, fs] = [sum((step) => step.passes * step.seconds), sum((step) => step.flops * step.seconds)];
  const determinant = pp * ff - pf * pf;
  const perPass = (ps * ff - pf * fs) / determinant;
  const perFlop = (pp * fs - pf * ps) / determinant;
  if (determinant > LEAST_SPREAD * pp * ff && perPass >= 0 && perFlop >= 0) return { perPass, perFlop };
  return { perPass: 0, perFlop: ff > 0 ? fs / ff : 0 };
}
