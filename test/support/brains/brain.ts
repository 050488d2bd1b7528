// What answers behind the fake endpoint: a function of (seed, request).

export interface BrainMessage {
  readonly role: string;
  readonly content: string;
}

export interface BrainRequest {
  readonly seed: number;
  readonly messages: readonly BrainMessage[];
  readonly body: Readonly<Record<string, unknown>>;
}

/** The text of the answer. */
export type Brain = (request: BrainRequest) => string;
