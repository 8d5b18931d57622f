import { createHash } from 'node:crypto';

/** Rows of strings as one SHA-256: each field is preceded by its length, so that no two tables give the same bytes. */
export function hashRows(rows: Iterable<readonly string[]>): string {
  const hash = createHash('sha256');
  let pending: string[] = [];
  for (const row of rows) {
    pending.push(`${row.length};`);
    for (const field of row) pending.push(`${field.length}:${field}`);
    if (pending.length > 10_000) {
      hash.update(pending.join(''));
      pending = [];
    }
  }
  return hash.update(pending.join('')).digest('hex');
}

/** An array that knows the hash of its content. */
export type HashedArray<T> = T[] & { readonly hash: string };

/** Gives an array a `hash`, computed when first asked for; it is no element and not enumerable. */
export function withHash<T>(items: T[], rowOf: (item: T) => readonly string[]): HashedArray<T> {
  let hash: string | undefined;
  const rows = function* (): Iterable<readonly string[]> {
    for (const item of items) yield rowOf(item);
  };
  Object.defineProperty(items, 'hash', { get: () => (hash ??= hashRows(rows())) });
  return items as HashedArray<T>;
}
