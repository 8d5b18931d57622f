import type { LayoutName } from '../catalog/dataset';
import { layOutBeirZip } from './beir-zip';
import type { Layout } from './layout';
import { layOutMsMarco } from './ms-marco';
import { layOutCandidates, layOutTopics } from './ms-marco-topics';
import { layOutMsMarcoV2 } from './ms-marco-v2';
import { layOutNanoBeir } from './nano-beir';

export const LAYOUTS: Readonly<Record<LayoutName, Layout>> = {
  'beir-zip': layOutBeirZip,
  'nano-beir': layOutNanoBeir,
  'ms-marco': layOutMsMarco,
  'ms-marco-topics': layOutTopics,
  'ms-marco-candidates': layOutCandidates,
  'ms-marco-v2': layOutMsMarcoV2,
};
