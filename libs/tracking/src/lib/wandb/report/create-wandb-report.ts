import { WorkError, sha256 } from '@tsarank/io';
import { askWandb, type WandbServerAccess } from '../server';
import { wandbReportSpec, type WandbReportInput } from './wandb-report-spec';

const PROJECT = `query ProjectInternalId($projectName: String!, $entityName: String!) {
  project(name: $projectName, entityName: $entityName) { id internalId }
}`;

const UPSERT = `mutation upsertView($id: ID, $entityName: String, $projectName: String, $type: String, $name: String,
  $displayName: String, $description: String, $spec: String!) {
  upsertView(input: { id: $id, entityName: $entityName, projectName: $projectName, name: $name, displayName: $displayName,
    description: $description, type: $type, createdUsing: WANDB_SDK, spec: $spec }) { view { id name } inserted }
}`;

export interface WandbReportOptions extends WandbReportInput, WandbServerAccess {
  /** Id of a report to replace; without it, a new one is made. */
  id?: string;
}

/**
 * Creates a report in W&B, or replaces one.
 *
 * @returns Its id, and where it is to be seen.
 * @throws {WorkError} when the server can't be reached, the project is not there or the server refuses.
 */
export async function createWandbReport({
  baseUrl,
  apiKey,
  id,
  ...input
}: WandbReportOptions): Promise<{ id: string; url: string }> {
  const access = { baseUrl: baseUrl.replace(/\/+$/, ''), apiKey };
  const { entity, project } = input;
  const found = (await askWandb(access, PROJECT, { projectName: project, entityName: entity })) as {
    project?: { internalId: string } | null;
  };
  if (!found.project)
    throw new WorkError(`${access.baseUrl} has no project ${entity}/${project}; upload its runs first (ablate sync)`);
  const data = (await askWandb(access, UPSERT, {
    id: id ?? null,
    entityName: entity,
    projectName: project,
    type: 'runs',
    displayName: input.title,
    description: input.description ?? '',
    name: sha256(`${entity}/${project}/${input.group}/${input.title}/${id ?? Date.now()}`).slice(0, 12),
    spec: JSON.stringify(wandbReportSpec(input, found.project.internalId)),
  })) as { upsertView?: { view?: { id: string } | null } | null };
  const view = data.upsertView?.view;
  if (!view) throw new WorkError(`${access.baseUrl} did not take the report`);
  const title = input.title.replace(/[^a-zA-Z0-9]+/g, '-');
  const url = `${access.baseUrl.replace('//api.', '//')}/${entity}/${project}/reports/${title}--${view.id.replace(/=+$/, '')}`;
  return { id: view.id, url };
}
