// Ids of items: the same edit of the same subset gets the same id in every process.

import type { EditOrigin } from '../core/edit.js';
import { canonicalJson, shortHash } from '../store/content-address.js';

/** Short hash of (module, origin subset, epoch, edit number). */
export function itemId(module: string, origin: EditOrigin, number: number): string {
  return shortHash(canonicalJson({ module, subset: origin.subset, epoch: origin.epoch, number }));
}
