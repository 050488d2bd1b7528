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

/** A call of a tool; the arguments become JSON. */
export interface BrainCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The text of the answer, or the calls of tools it makes. */
export type Brain = (request: BrainRequest) => string | readonly BrainCall[];

/** One that calls no tools. */
export type TextBrain = (request: BrainRequest) => string;
