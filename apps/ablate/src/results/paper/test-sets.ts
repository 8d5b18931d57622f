import { IN_DOMAIN, OUT_OF_DOMAIN } from '@tsarank/ablation';
import type { RunConfig } from '@tsarank/config';
import type { NamedTestSet } from '@tsarank/report';

/** A test set as a configuration names it; `name` is what records file its rankings under. */
export type TestSet = NamedTestSet & { split: string; depth: number };

/** The test sets that a configuration is evaluated on. */
export function testSetsOf({ data }: RunConfig): TestSet[] {
  const shared = { candidates: 'bm25', depth: data.candidates };
  const inDomain = { name: IN_DOMAIN, collection: data.collection, split: data.split, ...shared };
  if (data.outOfDomain === null) return [inDomain];
  return [inDomain, { name: OUT_OF_DOMAIN, collection: data.outOfDomain, split: 'test', ...shared }];
}
