import { evaluationSets, type EvaluationSet, type RunConfig } from '@tsarank/config';
import type { NamedTestSet } from '@tsarank/report';

/** A test set as a configuration has it; `name` is what records file its rankings under. */
export type TestSet = EvaluationSet & NamedTestSet;

/** The test sets that a configuration is evaluated on. */
export const testSetsOf = (config: RunConfig): TestSet[] => evaluationSets(config);
