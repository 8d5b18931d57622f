import { reasonOf, WorkError } from '@tsarank/io';

/** The release of TensorFlow whose library is used; its C interface still serves tfjs-node's sources. */
export const tensorflowVersion = '2.21.0';

/** A Python package's file, of which we want what it carries. */
export interface Wheel {
  project: string;
  version: string;
  fileName: string;
  sha256: string;
  /** Rounded, to say what is coming. */
  megabytes: number;
  /** `any`, or what `pip download` needs to be told to fetch just this file under any Python. */
  platformTag: string;
}

const wheels: Record<string, Wheel> = {
  'linux-x64': {
    project: 'tensorflow-cpu',
    version: tensorflowVersion,
    megabytes: 280,
    fileName: `tensorflow_cpu-${tensorflowVersion}-cp312-cp312-manylinux_2_27_x86_64.whl`,
    sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
    platformTag: 'manylinux_2_27_x86_64',
  },
  'linux-arm64': {
    project: 'tensorflow',
    version: tensorflowVersion,
    megabytes: 280,
    fileName: `tensorflow-${tensorflowVersion}-cp312-cp312-manylinux_2_27_aarch64.whl`,
    sha256: 'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
    platformTag: 'manylinux_2_27_aarch64',
  },
};

/**
 * The wheel for a platform.
 *
 * @throws {WorkError} where no wheel has a library that the binding can be compiled against.
 */
export function wheelFor(platform: string = process.platform, architecture: string = process.arch): Wheel {
  const wheel = wheels[`${platform}-${architecture}`];
  if (wheel === undefined)
    throw new WorkError(
      `there is no TensorFlow library to build against for ${platform} ${architecture} ` +
        `(only ${Object.keys(wheels).join(', ')})`,
    );
  return wheel;
}

/**
 * A wheel's address, from the JSON form of a package index (Python Enhancement Proposal 691).
 *
 * @param indexUrl the index's `simple` root.
 * @throws {WorkError} when the index can't be reached or doesn't have the file.
 */
export async function wheelUrl(wheel: Wheel, indexUrl: string, timeoutMs = 15_000): Promise<string> {
  const page = `${indexUrl.replace(/\/+$/, '')}/${wheel.project}/`;
  let listing: { files?: { filename: string; url: string }[] };
  try {
    const response = await fetch(page, {
      headers: { accept: 'application/vnd.pypi.simple.v1+json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    listing = (await response.json()) as typeof listing;
  } catch (error) {
    throw new WorkError(`the package index can't be read: ${reasonOf(error)}`, { cause: error });
  }
  const file = listing.files?.find(({ filename }) => filename === wheel.fileName);
  if (file === undefined) throw new WorkError(`the package index has no ${wheel.fileName}`);
  return new URL(file.url, page).href;
}
