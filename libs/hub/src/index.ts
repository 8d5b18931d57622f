export { cachedModel, fetchModel } from './lib/fetch-model';
export type { FetchModelOptions } from './lib/fetch-model';
export { isHubName, parseHubName } from './lib/hub-name';
export type { HubName } from './lib/hub-name';
export { hubSettings } from './lib/hub-settings';
export type { HubSettings } from './lib/hub-settings';
export { neededFiles } from './lib/model-files';
export { pinModel } from './lib/pin-model';
export type { PinnedModel } from './lib/pin-model';
