import { sha256 } from '@tsarank/io';

/** What a report shows; the runs are those of one group of one project. */
export interface WandbReportInput {
  entity: string;
  project: string;
  /** The runs' group: the experiment's name. */
  group: string;
  /** Which of the group's runs are shown, by job type. Default: all. */
  jobType?: string;
  title: string;
  description?: string;
  /** Our own table, as Markdown, with what is to be said about it. */
  markdown: string;
  /** Settings that runs are grouped by, with dots: `finetune.negatives`. */
  groupBy: readonly string[];
  /** Series of the history, one line plot each: `train/loss`. */
  curves: readonly string[];
  /** Series that is their x axis. Default: the step. */
  xAxis?: string;
  /** Figures of the summary, the most important first: `eval/nDCG@10`. */
  measures: readonly string[];
}

/** Grid units of a panel; a row holds three. */
const WIDTH = 8;
const HEIGHT = 6;
const EMPTY = [{ text: '' }];
const FLOW = { snapToColumns: true, columnsPerPage: 3, rowsPerPage: 2, gutterWidth: 16, boxWidth: 460, boxHeight: 300 };

/**
 * The specification (version 5) of a W&B report: the table as text; below it the runs of the group, grouped by the settings
 * that vary, with a line plot of each series, a bar chart of each measure, settings against the first measure as parallel
 * coordinates, and a comparison of settings. The same input always gives the same report.
 *
 * Source: what `wandb-workspaces` 0.4.13 sends. W&B calls the format a preview: it may change.
 *
 * @param projectId The server's internal id of the project; without it, W&B finds the project by its name.
 */
export function wandbReportSpec(input: WandbReportInput, projectId?: string): Record<string, unknown> {
  const paragraph = { type: 'paragraph', children: EMPTY };
  return {
    version: 5,
    panelSettings: {},
    width: 'readable',
    authors: [],
    discussionThreads: [],
    blocks: [
      paragraph,
      { type: 'heading', level: 1, children: [{ text: input.title }] },
      { type: 'markdown-block', children: EMPTY, content: input.markdown },
      { type: 'panel-grid', children: EMPTY, metadata: panelGrid(input, projectId) },
      paragraph,
    ],
  };
}

function panelGrid(input: WandbReportInput, projectId: string | undefined): Record<string, unknown> {
  const settings = {
    smoothingWeight: 0,
    smoothingType: 'exponential',
    xAxis: '_step',
    ignoreOutliers: false,
    useRunsTableGroupingInPanels: true,
    smoothingActive: true,
    xAxisActive: false,
  };
  const panels = panelsOf(input).map(([viewType, config], index) => ({
    __id__: shortId(input, `panel ${index}`),
    viewType,
    config,
    layout: { x: (index % 3) * WIDTH, y: Math.floor(index / 3) * HEIGHT, w: WIDTH, h: HEIGHT },
  }));
  const hidden = {
    name: 'Hidden Panels',
    isOpen: false,
    type: 'flow',
    flowConfig: FLOW,
    sorted: 0,
    localPanelSettings: settings,
    panels: [],
  };
  return {
    openViz: true,
    openRunSet: 0,
    name: 'unused-name',
    hideRunSets: false,
    customRunColors: {},
    runSets: [runSet(input, projectId)],
    panels: { views: { '0': { name: 'Panels', defaults: [], config: [] } }, tabs: ['0'] },
    panelBankConfig: {
      state: 0,
      settings: { autoOrganizePrefix: 2, showEmptySections: false, sortAlphabetically: false },
      sections: [hidden],
    },
    panelBankSectionConfig: {
      name: 'Report Panels',
      isOpen: false,
      type: 'grid',
      flowConfig: FLOW,
      sorted: 0,
      localPanelSettings: settings,
      panels,
    },
  };
}

function runSet(input: WandbReportInput, projectId: string | undefined): Record<string, unknown> {
  const equal = (name: string, value: string, more = {}) => ({
    key: { section: 'run', name },
    op: '=',
    value,
    disabled: false,
    ...more,
  });
  return {
    id: shortId(input, 'runs'),
    name: input.group,
    enabled: true,
    search: { query: '' },
    expandedRowAddresses: [],
    runFeed: {
      version: 2,
      columnVisible: {},
      columnPinned: {},
      columnWidths: {},
      columnOrder: [],
      pageSize: 10,
      onlyShowSelected: false,
    },
    project: { name: input.project, entityName: input.entity, ...(projectId === undefined ? {} : { id: projectId }) },
    filters: {
      filterFormat: 'filterV2',
      filters: [
        equal('group', input.group),
        ...(input.jobType === undefined ? [] : [equal('jobType', input.jobType, { connector: 'AND' })]),
      ],
    },
    grouping: input.groupBy.map((name) => ({ section: 'config', name: configKey(name) })),
    sort: { keys: [{ key: { section: 'run', name: 'createdAt' }, ascending: false }] },
    selections: { root: 1, bounds: [], tree: [] },
  };
}

function panelsOf({ curves, xAxis, measures, groupBy }: WandbReportInput): [string, Record<string, unknown>][] {
  const settings = groupBy.map((name) => ({ accessor: `config:${configKey(name)}` }));
  return [
    ...curves.map((name): [string, Record<string, unknown>] => [
      'Run History Line Plot',
      { chartTitle: name, metrics: [name], ...(xAxis === undefined ? {} : { xAxis }) },
    ]),
    ...measures.map((name): [string, Record<string, unknown>] => [
      'Bar Chart',
      { chartTitle: name, metrics: [name], vertical: false },
    ]),
    ...(settings.length > 0 && measures.length > 0
      ? [
          ['Parallel Coordinates Plot', { columns: [...settings, { accessor: `summary:${measures[0]}` }] }] as [
            string,
            Record<string, unknown>,
          ],
        ]
      : []),
    ['Run Comparer', { diffOnly: true }],
  ];
}

/** A configuration's key as W&B stores it: the value of the first part holds the rest. */
function configKey(name: string): string {
  const [first, ...rest] = name.split('.');
  return [first, 'value', ...rest].join('.');
}

/** As long as W&B's own ids within a report. */
const shortId = (input: WandbReportInput, what: string): string =>
  sha256(`${input.entity}/${input.project}/${input.group}/${input.title}/${what}`).slice(0, 11);
