import type { RecordedRun, WandbRecording } from './recording';

type Variables = Record<string, unknown>;
type Answer = (variables: Variables) => Record<string, unknown>;

const ENTITY = 'recorder';

/** What the server answers to each GraphQL operation of the official clients, of `@wandb/sdk` and of a report's writer. */
export function graphqlAnswers(recording: WandbRecording, baseUrl: () => string): Record<string, Answer> {
  const upload = (path: string): string => `${baseUrl()}/upload/${path}`;
  return {
    Viewer: () => ({
      viewer: {
        id: 'viewer',
        entity: ENTITY,
        username: ENTITY,
        email: 'recorder@localhost',
        admin: false,
        flags: '{}',
        teams: { edges: [] },
      },
    }),
    ServerFeaturesQuery: () => ({ serverInfo: { features: [] } }),
    UpsertBucket: (variables) => {
      const run = upsertRun(recording, variables);
      const project = {
        id: `project-${run.project}`,
        name: run.project,
        entity: { id: `entity-${run.entity}`, name: run.entity },
      };
      const bucket = {
        id: run.id,
        name: run.id,
        displayName: run.name ?? run.id,
        description: '',
        config: JSON.stringify(run.config),
        sweepName: null,
        historyLineCount: run.rows.length,
        project,
      };
      return { upsertBucket: { bucket, inserted: run.upserts === 1 } };
    },
    RunResumeStatus: ({ name }) => {
      const run = recording.runs[text(name)];
      return { model: { bucket: run ? { historyLineCount: run.rows.length } : null } };
    },
    CreateRunFiles: ({ run, files }) => ({
      createRunFiles: {
        runID: run,
        uploadHeaders: [],
        files: (files as string[]).map((name) => ({ name, uploadUrl: upload(`run/${String(run)}/${name}`) })),
      },
    }),
    RunUploadUrls: ({ run, files }) => {
      const edges = (files as string[]).map((name) => ({
        node: { name, url: upload(`run/${String(run)}/${name}`), updatedAt: null },
      }));
      return { model: { bucket: { id: run, files: { uploadHeaders: [], edges } } } };
    },
    CreateArtifact: (variables) => {
      const input = inputOf(variables);
      const artifact = {
        id: `artifact-${recording.artifacts.length}`,
        run: text(input['runName']),
        type: text(input['artifactTypeName']),
        name: text(list(input['artifactCollectionNames'])[0] ?? input['artifactCollectionName']),
        digest: text(input['digest']),
        aliases: list(input['aliases']).map((alias) => text((alias as { alias: unknown }).alias)),
        committed: false,
        files: {},
      };
      recording.artifacts.push(artifact);
      const sequence = { id: `sequence-${artifact.name}`, latestArtifact: null };
      return { createArtifact: { artifact: { id: artifact.id, state: 'PENDING', artifactSequence: sequence } } };
    },
    CreateArtifactManifest: (variables) => {
      const artifactId = text(inputOf(variables)['artifactID']);
      const file = {
        id: `manifest-${artifactId}`,
        name: 'wandb_manifest.json',
        displayName: 'wandb_manifest.json',
        uploadHeaders: [],
      };
      const uploadUrl = upload(`manifest/${artifactId}`);
      return {
        createArtifactManifest: { artifactManifest: { id: `manifest-${artifactId}`, file: { ...file, uploadUrl } } },
      };
    },
    CreateArtifactFiles: (variables) => ({
      createArtifactFiles: {
        files: {
          edges: (inputOf(variables)['artifactFiles'] as { artifactID: string; name: string }[]).map(
            ({ artifactID, name }) => ({
              node: {
                id: `${artifactID}/${name}`,
                name,
                displayName: name,
                uploadHeaders: [],
                artifact: { id: artifactID },
                uploadUrl: upload(`artifact/${artifactID}/${name}`),
                storagePath: `${artifactID}/${name}`,
              },
            }),
          ),
        },
      },
    }),
    CommitArtifact: (variables) => {
      const id = text(inputOf(variables)['artifactID']);
      const artifact = recording.artifacts.find((at) => at.id === id);
      if (artifact) artifact.committed = true;
      return { commitArtifact: { artifact: { id, digest: artifact?.digest ?? '' } } };
    },
    ProjectInternalId: () => ({ project: { internalId: 'UHJvamVjdEludGVybmFsSWQ6MQ==' } }),
    upsertView: (variables) => {
      const input = inputOf(variables);
      recording.views.push({
        entity: text(input['entityName']),
        project: text(input['projectName']),
        name: text(input['name']),
        displayName: text(input['displayName']),
        description: text(input['description']),
        spec: JSON.parse(text(input['spec'])) as unknown,
      });
      return { upsertView: { view: { id: `view-${recording.views.length}`, name: input['name'] }, inserted: true } };
    },
  };
}

function upsertRun(recording: WandbRecording, variables: Variables): RecordedRun {
  const id = text(variables['name']);
  const run = (recording.runs[id] ??= {
    id,
    entity: text(variables['entity']) || ENTITY,
    project: text(variables['project']),
    tags: [],
    config: {},
    rows: [],
    summary: {},
    console: [],
    files: {},
    state: 'running',
    upserts: 0,
    arrivals: [],
  });
  run.upserts += 1;
  const set = (key: 'group' | 'jobType' | 'name' | 'notes', value: unknown): void => {
    if (typeof value === 'string' && value !== '') run[key] = value;
  };
  set('group', variables['groupName']);
  set('jobType', variables['jobType']);
  set('name', variables['displayName']);
  set('notes', variables['notes']);
  if (Array.isArray(variables['tags'])) run.tags = variables['tags'] as string[];
  if (typeof variables['config'] === 'string') run.config = JSON.parse(variables['config']) as Record<string, unknown>;
  return run;
}

/** Newer operations take one `$input`, older ones its parts as variables. */
const inputOf = (variables: Variables): Variables => (variables['input'] as Variables | undefined) ?? variables;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
