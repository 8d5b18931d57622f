/** One line of a training log, ours or the reference's; `step` counts from 0. */
export type LoggedStep = Readonly<Record<string, number>>;

/** A value that both logs have, and whether they agree. */
export interface Comparison {
  step: number;
  name: string;
  expected: number;
  found: number;
  /** |found - expected| in the unit of the tolerance. */
  difference: number;
  kind: 'absolute' | 'relative';
  agrees: boolean;
}

/** Agreement asked for: relative, but for the penalty, which is 0 at first and small throughout. */
const TOLERANCES = {
  loss: { kind: 'relative', most: 1e-3 },
  rank: { kind: 'relative', most: 1e-3 },
  nextToken: { kind: 'relative', most: 1e-3 },
  differencePenalty: { kind: 'absolute', most: 1e-5 },
  gradNorm: { kind: 'relative', most: 1e-3 },
} as const;

/**
 * Compares two training logs value by value.
 *
 * @throws {RangeError} when they differ in their number of steps, or one lacks a value that the other has.
 *
 * @example
 * compareLogs([{ step: 0, loss: 2 }], [{ step: 0, loss: 2.001 }])[0].agrees; // true: relative 5e-4
 */
export function compareLogs(expected: readonly LoggedStep[], found: readonly LoggedStep[]): Comparison[] {
  if (expected.length !== found.length) {
    throw new RangeError(`the reference logged ${expected.length} steps, we logged ${found.length}`);
  }
  return expected.flatMap((reference, step) =>
    Object.entries(TOLERANCES).flatMap(([name, { kind, most }]) => {
      const [wanted, got] = [reference[name], found[step]![name]];
      if (wanted === undefined && got === undefined) return [];
      if (wanted === undefined || got === undefined) {
        throw new RangeError(
          `step ${step}: ${name} is ${wanted ?? 'not'} in the reference's log, ${got ?? 'not'} in ours`,
        );
      }
      const distance = Math.abs(got - wanted);
      const difference = kind === 'absolute' || distance === 0 ? distance : distance / Math.abs(wanted);
      return [{ step, name, expected: wanted, found: got, difference, kind, agrees: difference <= most }];
    }),
  );
}
