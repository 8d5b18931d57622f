import { DATASETS, type Dataset, type Part } from '@tsarank/datasets';

const INTRODUCTION = `# Collections by name

Made by \`npx tsarank datasets > docs/datasets.md\`.

\`npx tsarank fetch dataset:nfcorpus\` downloads a collection, lays it out as BEIR does (\`corpus.jsonl\`, \`queries.jsonl\`,
\`qrels/<split>.tsv\`) and prints the folder. The same name stands in specs, \`--set data.collection=dataset:nfcorpus\`, where it is
fetched as the sweep is planned. \`dataset:beir\` and \`dataset:nano-beir\` fetch all of a family. Case and punctuation don't matter
(\`dataset:NanoSciFact\`, \`dataset:DL19\`).

- **Parts.** \`dataset:NAME@candidates\` takes only the passages of the published candidates, \`@queries\` none, \`@all\` all of them.
  The sizes below are those of the downloads.
- **Where.** \`~/.cache/tsarank/datasets\`, or the folder in \`TSARANK_DATASETS_CACHE\`. Free space is checked first, for the download and
  about three times as much for what it unpacks to; \`dataset.json\` in each folder has source, SHA-256 and licence. Archives are
  removed once they are laid out, but for the 21.8 GB of MS MARCO v2, which three collections share (\`downloads/\`).
- **Hashes.** Every file is checked by its MD5 (BEIR's README, and for the others what ir_datasets recorded, since neither
  Microsoft nor NIST nor NanoBEIR publish one). Another content is refused.
- **Mirrors.** \`TSARANK_DATASETS_ENDPOINT\` names a server that has the publishers' files under the same paths, such as
  \`/thakur/BEIR/datasets/nq.zip\`, \`/msmarcoranking/…\` and \`/data/deep/…\`; \`HF_ENDPOINT\` one for the Hugging Face Hub. A mirror whose files
  differ from the published ones says so by \`<file>.sha256\` beside each: that hash holds then, with a warning.
- **Trouble.** The same command resumes a broken download. Offline (\`HF_HUB_OFFLINE\`), what was fetched is used.
- **Licences** are stated as the authors or the BEIR paper (appendix E) state them; using the data is between you and them.
`;

const NOTES = `
ArguAna's queries are documents of its corpus. Its \`dataset.json\` says that a query's own document is no candidate, and that documents
and queries are cut to 256 tokens each, as the published code does it (RankingGPT, \`eval.py\`). \`tsarank search\` and sweeps leave
the document out of the candidates; \`tsarank rerank\` cuts so where neither limit is given. In a spec the limits are set as for any other
set: \`text.maxDocumentTokens\` and \`text.maxQueryTokens\`.

Touché-2020 is the second release, with 2,214 judgments. MS MARCO's passages keep the broken encoding of special characters that they
were published with, as in Anserini's index; ir_datasets repairs it.
`;

const HOSTS: Readonly<Record<string, string>> = {
  'public.ukp.informatik.tu-darmstadt.de': 'UKP Darmstadt',
  'msmarco.z22.web.core.windows.net': 'Microsoft',
  'trec.nist.gov': 'NIST',
  'huggingface.co': 'Hugging Face Hub',
};

/** The reference of every collection that is known by name, as Markdown; `docs/datasets.md` is this. */
export function datasetsPage(): string {
  const rows = DATASETS.map((each) => [
    `\`${each.name}\``,
    each.documents.toLocaleString('en-US'),
    queriesOf(each),
    sizesOf(each),
    sourceOf(each),
    each.licence,
    each.notes ?? '',
  ]);
  return `${INTRODUCTION}\n${markdown(['name', 'documents', 'judged queries', 'download', 'source', 'licence', 'notes'], rows)}${NOTES}`;
}

function queriesOf({ queries }: Dataset): string {
  return Object.entries(queries)
    .map(([split, count]) => `${split} ${count.toLocaleString('en-US')}`)
    .join(', ');
}

function sizesOf(dataset: Dataset): string {
  const parts = Object.entries(dataset.parts) as [Part, Dataset['parts'][Part]][];
  return parts
    .map(([part, recipe]) => {
      const own = Object.values(recipe!.files).reduce((sum, { bytes }) => sum + bytes, 0);
      const beside = recipe!.corpusOf === undefined ? '' : ` and \`${recipe!.corpusOf}\``;
      const name = parts.length === 1 ? '' : `${part === dataset.usualPart ? part : `@${part}`} `;
      return dataset.family === 'nano-beir' ? 'not stated; some MB' : `${name}${sizeOf(own)}${beside}`;
    })
    .join('; ');
}

function sizeOf(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function sourceOf({ parts }: Dataset): string {
  const urls = Object.values(parts).flatMap((recipe) =>
    Object.values(recipe.files).map(({ url }) => new URL(url).host),
  );
  return [...new Set(urls)].map((host) => HOSTS[host] ?? host).join(', ');
}

/** A table as Prettier would leave it. */
function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |\n`;
  return `${line(header)}${line(widths.map((width) => '-'.repeat(width)))}${rows.map(line).join('')}`;
}
