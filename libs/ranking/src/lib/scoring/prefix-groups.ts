import type { EncodedPair } from '@tsarank/data';

/** Sequences that begin with the same prompt, token for token. */
export interface StemGroup {
  /** Tokens of the prompt they share. */
  readonly stemLength: number;
  /** Indices of the sequences, in the order given. */
  readonly members: number[];
  /** Tokens fed to the model: the stem once, then what each member adds to it but for its last token. */
  readonly length: number;
}

/** A stem's branches are cut into several groups beyond this many tokens, or twice the stem's: attention is S x S. */
const MOST_TOKENS = 256;

/**
 * Groups sequences whose prompts are the same tokens. Sequences are compared by ids, so a tokenizer that merges across
 * the end of the prompt only makes groups smaller, never wrong.
 */
export function stemGroups(sequences: readonly EncodedPair[]): StemGroup[] {
  const open = new Map<string, { stemLength: number; members: number[]; length: number }>();
  const groups: StemGroup[] = [];
  sequences.forEach(({ ids, promptLength }, index) => {
    const key = ids.slice(0, promptLength).join(' ');
    const added = ids.length - promptLength - 1;
    let group = open.get(key);
    if (group === undefined || group.length + added > Math.max(MOST_TOKENS, 2 * promptLength)) {
      group = { stemLength: promptLength, members: [], length: promptLength };
      open.set(key, group);
      groups.push(group);
    }
    group.members.push(index);
    group.length += added;
  });
  return groups;
}
