export { DATASETS } from './lib/catalog/datasets';
export type { Dataset, DatasetEvaluation, Part } from './lib/catalog/dataset';
export { familyOf, isDatasetName, parseDatasetName } from './lib/dataset-name';
export type { ChosenDataset } from './lib/dataset-name';
export { datasetSettings } from './lib/dataset-settings';
export type { DatasetHub, DatasetSettings } from './lib/dataset-settings';
export { cachedDataset, fetchDataset, requireDataset } from './lib/fetch-dataset';
export type { FetchDatasetOptions } from './lib/fetch-options';
