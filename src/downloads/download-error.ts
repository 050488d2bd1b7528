// What is thrown when a pinned file cannot be had.

/**
 * `download.unavailable`: no source could be reached. `download.corrupt`: a source answered, but not with the pinned bytes. `download.unsupported`:
 * nothing is pinned for this machine. `download.unusable`: a file that the user named, or one that was fetched, does not work here.
 */
export type DownloadProblem = 'download.unavailable' | 'download.corrupt' | 'download.unsupported' | 'download.unusable';

/** The message says what, where and what to do. Recognised by `code`, not by its class. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly code: DownloadProblem;

  constructor(code: DownloadProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
