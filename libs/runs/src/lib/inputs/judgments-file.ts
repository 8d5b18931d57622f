import { statSync } from 'node:fs';

/** Whether a set's collection is a file of judgments alone, so that its texts are those that the candidates carry. */
export function isJudgments(collection: string): boolean {
  return statSync(collection, { throwIfNoEntry: false })?.isFile() === true;
}
