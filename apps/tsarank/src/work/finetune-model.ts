import { rankingGroups } from '@tsarank/data';
import type { CorpusFormat, GroupsFormat, QueriesFormat, RankingGroup } from '@tsarank/data';
import { finetune, stepsPerEpoch } from '@tsarank/training';
import type { FinetuneOptions, KlRows } from '@tsarank/training';
import type { Log } from '../log';
import { requireAdapterBase } from './adapter-base';
import { openEngine } from './open-engine';
import { openModel } from './open-model';
import type { ENGINES } from '../options/shared-options';
import { contractOf } from './scoring-contract';
import { requireTopLayers, trainAndSave } from './train-and-save';
import { loraOf } from '../options/training-options';
import type { TrainingValues } from '../options/training-options';

export interface FinetuneValues extends TrainingValues {
  engine: (typeof ENGINES)[number];
  jobs?: number;
  groups: string;
  groupsFormat?: GroupsFormat;
  corpus?: string;
  corpusFormat?: CorpusFormat;
  queries?: string;
  queriesFormat?: QueriesFormat;
  reference?: string;
  negatives?: number;
  duplicateNegatives: boolean;
  weights: FinetuneOptions['weights'];
  temperature: number;
  scoreTransform: NonNullable<FinetuneOptions['scoreTransform']>;
  klRows: KlRows;
}

/** Negatives of a group in the published stage two. */
const PUBLISHED_NEGATIVES = 47;

/** Stage two from the command's values to the saved folder. */
export async function finetuneModel(values: FinetuneValues, log: Log): Promise<void> {
  const { groups, arePassages } = readTrainingGroups(values);
  const negatives = negativesOf(values, groups, arePassages, log);
  const lora = loraOf(values);
  if (lora) await requireAdapterBase(values.model, log);
  const engine = await openEngine(values, log);
  const { model, tokenizer, hash } = await openModel(values.model, log);
  requireTopLayers(model, values);
  // Where the penalty has no weight, no second model is held.
  const penalised = values.weights.differencePenalty > 0;
  // Without its adapters a model is its own reference.
  const isApart = penalised && !(lora && values.reference === undefined);
  const reference = isApart ? await openModel(values.reference ?? values.model, log) : undefined;
  const steps = values.steps ?? stepsPerEpoch(groups.length, values);
  const stage = {
    negatives,
    duplicates: values.duplicateNegatives,
    weights: values.weights,
    temperature: values.temperature,
    scoreTransform: values.scoreTransform,
    klRows: values.klRows,
  };
  await trainAndSave({
    values,
    log,
    model,
    tokenizer,
    modelHash: hash,
    steps,
    label: 'finetune',
    train: (options) =>
      finetune({ ...options, ...stage, groups, reference: reference?.model, referenceHash: reference?.hash }),
    contract: contractOf('finetune', values, {
      engine: engine.name,
      steps,
      ...stage,
      data: groups,
      parents: reference === undefined ? [hash] : [hash, reference.hash],
    }),
  });
  model.dispose();
  reference?.model.dispose();
}

/** The file's groups, and whether one of them has passages, as in the published file. */
function readTrainingGroups({
  groups: file,
  groupsFormat,
  corpus,
  corpusFormat,
  queries,
  queriesFormat,
}: FinetuneValues): { groups: RankingGroup[]; arePassages: boolean } {
  const groups: RankingGroup[] = [];
  let arePassages = false;
  for (const { group, format } of rankingGroups(file, {
    format: groupsFormat,
    corpus,
    corpusFormat,
    queries,
    queriesFormat,
  })) {
    groups.push(group);
    arePassages ||= format === 'passages';
  }
  return { groups, arePassages };
}

/**
 * Negatives of a group: by default all, and of passages the published number. Where
 * no group has as many as were asked for, it is said: groups are smaller then, since none is drawn twice.
 */
function negativesOf(
  { negatives, duplicateNegatives, groups: file }: FinetuneValues,
  groups: RankingGroup[],
  arePassages: boolean,
  log: Log,
): number {
  const most = groups.reduce((largest, group) => Math.max(largest, group.negatives.length), 0);
  if (negatives === undefined) {
    if (!arePassages) return most;
    return duplicateNegatives ? PUBLISHED_NEGATIVES : Math.min(PUBLISHED_NEGATIVES, most);
  }
  if (negatives > most && !duplicateNegatives)
    log.warn(`--negatives ${negatives}: no group of ${file} has more than ${most}, so groups are smaller`);
  return negatives;
}
