import { collapseSpace } from '../plain-text';

const CVE = /CVE-\d{4}-\d+/g;
/** An id, with its name and the arrow to the next where there are such: `CWE-561 (Dead Code) ->`. */
const REFERENCE = /CWE-\d+(?:\s*\([^()]*\))?(?:\s*->)?|CVE-\d{4}-\d+|REF-\d+/g;
/** Stands where an id stood: a private character that no text has. */
const GAP = '\uE000';
const EMPTIED_BRACKET = /[([][\s,;/]*\uE000[\s,;/\uE000]*[)\]]/g;

/** The CVE ids that a text mentions. */
export function cveIdsIn(text: string): string[] {
  return text.match(CVE) ?? [];
}

/**
 * A text without the ids that would give its entry away (CWE, CVE and literature references), and without the
 * brackets and commas that they leave behind.
 *
 * @example
 * withoutReferences('overflow (CWE-190) leads to overread (length, CWE-130) [REF-12].');
 * // 'overflow leads to overread (length).'
 */
export function withoutReferences(text: string): string {
  const marked = text.replace(REFERENCE, GAP);
  if (!marked.includes(GAP)) return collapseSpace(text);
  return collapseSpace(
    marked
      .replace(EMPTIED_BRACKET, GAP)
      .replace(/\s*[,;]?\s*\uE000/g, '')
      .replace(/\.\s*\.$/, '.'),
  );
}
