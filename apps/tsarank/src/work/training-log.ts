import { appendFileSync } from 'node:fs';
import { InputError, writeFileAtomic } from '@tsarank/io';

/** A training log on disk: one JSON object a line. */
export interface TrainingLog {
  /** Makes the log hold these rows and no others: none at the start, those before the checkpoint on going on. */
  reset(rows: readonly object[]): void;
  append(row: object): void;
}

/** @param file Absent: nothing is written. */
export function openTrainingLog(file: string | undefined): TrainingLog {
  if (file === undefined) return { reset: () => undefined, append: () => undefined };
  const line = (row: object): string => `${JSON.stringify(row)}\n`;
  return {
    reset: (rows) => writeFileAtomic(file, rows.map(line).join('')),
    append: (row) => {
      try {
        appendFileSync(file, line(row));
      } catch (error) {
        throw new InputError({ file, message: `can't be written (${(error as Error).message})` });
      }
    },
  };
}
