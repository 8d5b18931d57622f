import { readJson } from '@tsarank/io';
import { collapseSpace } from '../plain-text';
import { once } from './computed-once';
import { packageFile } from './package-file';

/** A vulnerability that analysts recorded under an entry. */
export interface ObservedExample {
  /** CVE id, or a reference such as `REF-1374`. */
  reference: string;
  description: string;
}

/** An entry of the Common Weakness Enumeration. */
export interface CweEntry {
  /** `CWE-190` */
  docId: string;
  name: string;
  description: string;
  /** Entries that this one is a child of in the research view (1000). */
  parents: string[];
  examples: ObservedExample[];
  /** Other prose, a passage an item: extended description, background, consequences, mitigations. */
  prose: string[];
}

type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
type Members = { [key: string]: Value };

const RESEARCH_VIEW = '1000';

/**
 * The 964 entries of CWE 4.15, in the order of the archive.
 *
 * Source: npm package cwe-sdk 1.1.19, raw/cwe-archive.json (MITRE's XML as JSON: one child is an object, several an
 * array, attributes stand under `attr` with `@_` before their names).
 */
export const cweEntries = once((): CweEntry[] => {
  const archive = readJson(packageFile('cwe-sdk/raw/cwe-archive.json')) as Members;
  const weaknesses = children(member(archive['Weakness_Catalog'], 'Weaknesses'), 'Weakness');
  return weaknesses.map((weakness) => ({
    docId: `CWE-${attribute(weakness, 'ID')}`,
    name: collapseSpace(attribute(weakness, 'Name')),
    description: textOf(member(weakness, 'Description')),
    parents: parentsOf(weakness),
    examples: children(member(weakness, 'Observed_Examples'), 'Observed_Example').map((example) => ({
      reference: textOf(member(example, 'Reference')).replace(/[[\]]/g, ''),
      description: textOf(member(example, 'Description')),
    })),
    prose: proseOf(weakness),
  }));
});

function parentsOf(weakness: Value): string[] {
  const related = children(member(weakness, 'Related_Weaknesses'), 'Related_Weakness')
    .filter((relation) => attribute(relation, 'Nature') === 'ChildOf')
    .filter((relation) => attribute(relation, 'View_ID') === RESEARCH_VIEW)
    .map((relation) => `CWE-${attribute(relation, 'CWE_ID')}`);
  return [...new Set(related)];
}

function proseOf(weakness: Value): string[] {
  const passages: (Value | undefined)[] = [
    member(weakness, 'Extended_Description'),
    ...children(member(weakness, 'Background_Details'), 'Background_Detail'),
    ...children(member(weakness, 'Common_Consequences'), 'Consequence').map((item) => member(item, 'Note')),
    ...children(member(weakness, 'Potential_Mitigations'), 'Mitigation').flatMap((item) => [
      member(item, 'Description'),
      member(item, 'Effectiveness_Notes'),
    ]),
  ];
  return passages.map(textOf).filter((text) => text !== '');
}

function member(value: Value | undefined, key: string): Value | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  return value[key];
}

function children(parent: Value | undefined, key: string): Value[] {
  const found = member(parent, key);
  if (found === undefined) return [];
  return Array.isArray(found) ? found : [found];
}

function attribute(value: Value, name: string): string {
  return String(member(member(value, 'attr'), `@_${name}`) ?? '');
}

/** The text of a node with markup inside: its strings in order, attributes left out. */
function textOf(value: Value | undefined): string {
  const strings: string[] = [];
  const visit = (node: Value | undefined): void => {
    if (node === null || node === undefined) return;
    if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node === 'object') Object.entries(node).forEach(([key, inner]) => key !== 'attr' && visit(inner));
    else strings.push(String(node));
  };
  visit(value);
  return collapseSpace(strings.join(' '));
}
