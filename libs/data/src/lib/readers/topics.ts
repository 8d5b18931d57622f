import { InputError } from '@tsarank/io';
import { collapseSpace } from '../plain-text';
import type { LinePlace } from './line-fields';
import type { TableLine } from './table-lines';

/** A query, and where it stands. */
export interface PlacedQuery extends LinePlace {
  queryId: string;
  text: string;
}

const TAG = /<(\/?)(top|num|title|desc|narr|[a-z]+)(?:\s[^>]*)?>/gi;

/**
 * TREC's topics: `<top>` with `<num> Number: 301` and `<title>`, whose text may go over several lines and whose tags may be
 * closed or not. The title is the query; `<desc>` and `<narr>` are passed over.
 *
 * @throws {InputError} naming file and line of a topic without number, title or end.
 */
export function* trecTopics(file: string, lines: Iterable<TableLine>): Generator<PlacedQuery, void> {
  let topic: { line: number; fields: Map<string, string> } | undefined;
  let open: string | undefined;
  const append = (text: string): void => {
    if (topic && open !== undefined) topic.fields.set(open, `${topic.fields.get(open) ?? ''} ${text}`);
  };
  for (const { text, line } of lines) {
    let at = 0;
    for (const match of text.matchAll(TAG)) {
      const [whole, slash, name] = match as unknown as [string, string, string];
      append(text.slice(at, match.index));
      at = match.index + whole.length;
      const tag = name.toLowerCase();
      if (tag !== 'top') {
        open = slash === '' ? tag : undefined;
        // A second title would be another query.
        if (slash === '' && tag === 'title' && topic?.fields.has('title')) {
          throw new InputError({ file, line, field: 'title', found: 'a second one', expected: 'one a topic' });
        }
        continue;
      }
      open = undefined;
      if (slash === '') {
        if (topic) throw new InputError({ file, line, found: '<top>', expected: `</top> of line ${topic.line}` });
        topic = { line, fields: new Map() };
      } else if (topic) {
        yield topicQuery({ file, line: topic.line }, topic.fields);
        topic = undefined;
      } else throw new InputError({ file, line, found: '</top>', expected: '<top> before it' });
    }
    append(text.slice(at));
  }
  if (topic) throw new InputError({ file, line: topic.line, found: '<top> without </top>', expected: 'its end' });
}

function topicQuery(place: LinePlace, fields: ReadonlyMap<string, string>): PlacedQuery {
  const queryId = collapseSpace(fields.get('num') ?? '').replace(/^Number:\s*/i, '');
  if (queryId === '') throw new InputError({ ...place, field: 'num', found: 'nothing', expected: 'the topic number' });
  const text = collapseSpace(fields.get('title') ?? '').replace(/^Topic:\s*/i, '');
  if (text === '') throw new InputError({ ...place, field: 'title', found: 'nothing', expected: 'text' });
  return { ...place, queryId, text };
}

const TOPIC = /<topic\b([^>]*)>([\s\S]*?)<\/topic>/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Topics in XML: `<topic number="1"><query>…</query></topic>`; without a `<query>`, the `<title>` is the query.
 *
 * @throws {InputError} naming file and line of a topic without number or query.
 */
export function* xmlTopics(file: string, lines: Iterable<TableLine>): Generator<PlacedQuery, void> {
  const text = [...lines].map((each) => each.text).join('\n');
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(TOPIC)) {
    line += text.slice(counted, match.index).split('\n').length - 1;
    counted = match.index;
    const place = { file, line };
    const [, attributes, body] = match as unknown as [string, string, string];
    const queryId = /\bnumber\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1]?.trim() ?? '';
    if (queryId === '') {
      throw new InputError({ ...place, field: 'number', found: 'nothing', expected: 'the topic number' });
    }
    const content = (/<query>([\s\S]*?)<\/query>/i.exec(body) ?? /<title>([\s\S]*?)<\/title>/i.exec(body))?.[1] ?? '';
    const query = collapseSpace(withoutEntities(content));
    if (query === '') throw new InputError({ ...place, field: 'query', found: 'nothing', expected: 'text' });
    yield { ...place, queryId, text: query };
  }
}

function withoutEntities(text: string): string {
  return text.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const point = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
