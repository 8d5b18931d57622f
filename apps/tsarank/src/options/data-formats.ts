import { CANDIDATES_FORMATS, CORPUS_FORMATS, GROUPS_FORMATS, QUERIES_FORMATS } from '@tsarank/data/formats';
import { oneOf } from './option-values';

/** What a file is read as, where that is not to be found out from its content. docs/formats.md lists the formats. */
function formatOption<const Format extends string>(name: string, what: string, formats: readonly Format[]) {
  return {
    describe: `What the ${what} is read as: ${formats.join(', ')}`,
    defaultDescription: 'by its content',
    requiresArg: true,
    coerce: oneOf(name, formats),
  } as const;
}

export const corpusFormat = formatOption('corpus-format', 'corpus', CORPUS_FORMATS);
export const queriesFormat = formatOption('queries-format', 'file of queries', QUERIES_FORMATS);
export const runFormat = formatOption('run-format', 'file of candidates', CANDIDATES_FORMATS);
export const groupsFormat = formatOption('groups-format', 'file of groups', GROUPS_FORMATS);
