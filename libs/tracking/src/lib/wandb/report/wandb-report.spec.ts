import { startWandbServer } from '@tsarank/testing';
import { createWandbReport } from './create-wandb-report';
import { wandbReportSpec, type WandbReportInput } from './wandb-report-spec';

const input: WandbReportInput = {
  entity: 'lab',
  project: 'paper',
  group: 'negatives',
  jobType: 'finetune',
  title: 'How many negatives?',
  markdown: '| a |\n|---|\n| 1 |',
  groupBy: ['finetune.negatives'],
  curves: ['train/loss', 'train/rank'],
  xAxis: 'train/examples',
  measures: ['eval/nDCG@10'],
};

/** The parts of a specification that the specs look at. */
interface Spec {
  version: number;
  blocks: {
    type: string;
    content?: string;
    metadata?: {
      runSets: { filters: { filters: unknown[] }; grouping: unknown; project: unknown }[];
      panelBankSectionConfig: {
        panels: { viewType: string; config: Record<string, unknown>; layout: { x: number; y: number } }[];
      };
    };
  }[];
}

describe('wandbReportSpec', () => {
  const spec = wandbReportSpec(input, 'internal') as unknown as Spec;
  const grid = spec.blocks.find(({ type }) => type === 'panel-grid')!.metadata!;

  it('has the blocks of a report, our table among them', () => {
    expect(spec.version).toBe(5);
    expect(spec.blocks.map(({ type }) => type)).toEqual([
      'paragraph',
      'heading',
      'markdown-block',
      'panel-grid',
      'paragraph',
    ]);
    expect(spec.blocks[2]!.content).toBe(input.markdown);
  });

  it('shows the runs of the group, grouped by the settings that vary', () => {
    expect(grid.runSets).toMatchObject([
      {
        project: { name: 'paper', entityName: 'lab', id: 'internal' },
        filters: {
          filters: [
            { key: { section: 'run', name: 'group' }, value: 'negatives' },
            { key: { name: 'jobType' }, value: 'finetune', connector: 'AND' },
          ],
        },
        grouping: [{ section: 'config', name: 'finetune.value.negatives' }],
      },
    ]);
  });

  it('has a panel for each series and measure, each in its own place', () => {
    const { panels } = grid.panelBankSectionConfig;
    expect(panels.map(({ viewType }) => viewType)).toEqual([
      'Run History Line Plot',
      'Run History Line Plot',
      'Bar Chart',
      'Parallel Coordinates Plot',
      'Run Comparer',
    ]);
    expect(panels[0]!.config).toMatchObject({ metrics: ['train/loss'], xAxis: 'train/examples' });
    expect(panels[3]!.config).toEqual({
      columns: [{ accessor: 'config:finetune.value.negatives' }, { accessor: 'summary:eval/nDCG@10' }],
    });
    expect(new Set(panels.map(({ layout }) => `${layout.x} ${layout.y}`)).size).toBe(panels.length);
  });

  it('is the same for the same input', () => expect(wandbReportSpec(input)).toEqual(wandbReportSpec({ ...input })));
});

describe('createWandbReport', () => {
  it('gives the report to the server', async () => {
    const server = await startWandbServer();
    try {
      const { id, url } = await createWandbReport({ ...input, baseUrl: server.url, apiKey: '0'.repeat(40) });
      expect(url).toBe(`${server.url}/lab/paper/reports/How-many-negatives---${id}`);
      const [view] = server.recording.views;
      expect(view).toMatchObject({ entity: 'lab', project: 'paper', displayName: input.title });
      expect(view!.spec).toEqual(wandbReportSpec(input, 'UHJvamVjdEludGVybmFsSWQ6MQ=='));
    } finally {
      await server.close();
    }
    await expect(createWandbReport({ ...input, baseUrl: server.url, apiKey: '0'.repeat(40) })).rejects.toThrow(
      /ECONNREFUSED|fetch failed/,
    );
  });
});
