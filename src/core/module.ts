// The text components of an agent that are optimized.

export type ModuleKind = 'instructions' | 'playbook' | 'demos';

/** Where an item came from: the subset that found it and the tasks that taught it. `subset` is 'seed' for items given by the user. */
export interface Origin {
  readonly subset: string;
  readonly taskIds: readonly string[];
}

/** One entry of a playbook or demos module. */
export interface Item {
  /** Short hash of (module, origin subset, epoch, edit number); kept through revision. */
  readonly id: string;
  /** A playbook's insight, or a demo's input. */
  readonly text: string;
  /** A demo's output; absent in playbooks. */
  readonly answer?: string;
  /** Sorted by subset; the number of distinct subsets is the item's prevalence. */
  readonly origins: readonly Origin[];
}

export interface InstructionsModule {
  readonly kind: 'instructions';
  readonly name: string;
  readonly text: string;
  /** Who wrote the present text; the seed's own text has the origin 'seed'. */
  readonly origins: readonly Origin[];
}

export interface PlaybookModule {
  readonly kind: 'playbook';
  readonly name: string;
  readonly items: readonly Item[];
}

export interface DemosModule {
  readonly kind: 'demos';
  readonly name: string;
  readonly items: readonly Item[];
}

export type Module = InstructionsModule | PlaybookModule | DemosModule;

/** What holds for a module during a whole run, beside its content. */
export interface ModuleLimits {
  /** Upper bound of the rendered module, in tokens (estimated as characters / 4). Holds in every edit and merge. */
  readonly maxTokens: number;
}

/** The seed origin. */
export const SEED_ORIGIN: Origin = { subset: 'seed', taskIds: [] };
