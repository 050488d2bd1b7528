// One change of a module, with its reason.

export type Edit =
  | {
      readonly kind: 'add';
      readonly module: string;
      readonly text: string;
      readonly answer?: string;
      readonly reason: string;
      readonly taskIds: readonly string[];
    }
  | {
      readonly kind: 'revise';
      readonly module: string;
      readonly item: string;
      readonly text: string;
      readonly answer?: string;
      readonly reason: string;
      readonly taskIds: readonly string[];
    }
  | { readonly kind: 'remove'; readonly module: string; readonly item: string; readonly reason: string; readonly taskIds: readonly string[] }
  | { readonly kind: 'rewrite'; readonly module: string; readonly text: string; readonly reason: string; readonly taskIds: readonly string[] };

/** Who makes the edits: together with the edit's number it gives new items their ids. */
export interface EditOrigin {
  /** A subset id, 'repair' or 'merge'. */
  readonly subset: string;
  /** Epoch or round, from 1. */
  readonly epoch: number;
}

/** An edit that could not be applied, and why: shown to the optimizer and in the report, never a crash. */
export interface RejectedEdit {
  readonly edit: Edit;
  readonly reason: string;
}
