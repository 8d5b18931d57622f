import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { WorkError } from '@tsarank/io';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where W&B is and how to speak to it, as the official client finds it. */
export interface WandbServerAccess {
  baseUrl: string;
  apiKey: string;
}

const PUBLIC = 'https://api.wandb.ai';
const TIMEOUT_MS = 10_000;

/** The server of `WANDB_BASE_URL` (default the public one) and the key of `WANDB_API_KEY` or of the `.netrc`; undefined without a key. */
export function wandbServerAccess(env: Environment): WandbServerAccess | undefined {
  const baseUrl = (env['WANDB_BASE_URL'] ?? PUBLIC).replace(/\/+$/, '');
  const apiKey = env['WANDB_API_KEY'] ?? netrcKey(new URL(baseUrl).hostname, env);
  return apiKey ? { baseUrl, apiKey } : undefined;
}

function netrcKey(host: string, env: Environment): string | undefined {
  try {
    const words = readFileSync(env['NETRC'] ?? join(env['HOME'] ?? homedir(), '.netrc'), 'utf8').split(/\s+/);
    const at = words.findIndex((word, index) => word === 'machine' && words[index + 1] === host);
    const password = at < 0 ? -1 : words.indexOf('password', at);
    return password < 0 ? undefined : words[password + 1];
  } catch {
    return undefined;
  }
}

/**
 * One GraphQL operation.
 *
 * @returns Its `data`.
 * @throws {WorkError} when the server can't be reached, or answers with errors.
 */
export async function askWandb(
  { baseUrl, apiKey }: WandbServerAccess,
  query: string,
  variables: Record<string, unknown>,
): Promise<unknown> {
  let text: string;
  try {
    const response = await fetch(`${baseUrl}/graphql`, {
      method: 'POST',
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`,
      },
    });
    text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 200)}`);
  } catch (error) {
    const { message, cause } = error as Error;
    throw new WorkError(`${baseUrl}: ${cause instanceof Error ? cause.message || message : message}`);
  }
  const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: { message: string }[] };
  if (errors && errors.length > 0)
    throw new WorkError(`${baseUrl}: ${errors.map(({ message }) => message).join('; ')}`);
  return data;
}

const ROW_COUNT = `query RunResumeStatus($project: String, $entity: String, $name: String!) {
  model(name: $project, entityName: $entity) { bucket(name: $name, missingOk: true) { historyLineCount } }
}`;

/**
 * Rows that the server has of a run; 0 when it has never heard of it. Current clients upload a log's rows behind these, so
 * that a log given twice would stand there twice.
 *
 * @throws {WorkError} when the server can't say.
 */
export async function serverRowCount(
  access: WandbServerAccess,
  run: { project: string; entity: string; runId: string },
): Promise<number> {
  const variables = { project: run.project, ...(run.entity === '' ? {} : { entity: run.entity }), name: run.runId };
  const data = (await askWandb(access, ROW_COUNT, variables)) as {
    model?: { bucket?: { historyLineCount?: number } | null } | null;
  };
  return data.model?.bucket?.historyLineCount ?? 0;
}
