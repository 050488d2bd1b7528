// Ids of items: the same edit of the same subset of a run from the same seed gets the same id in every process.

import type { EditOrigin } from '../core/edit.js';
import { canonicalJson, shortHash } from '../store/content-address.js';

/**
 * Short hash of (seed, module, origin subset, epoch, edit number). The seed's document is part of it: a run that begins
 * with an earlier run's champion must not give a new item the id of an old one.
 */
export function itemIdFrom(seed: string): (module: string, origin: EditOrigin, number: number) => string {
  return (module, origin, number) => shortHash(canonicalJson({ seed, module, subset: origin.subset, epoch: origin.epoch, number }));
}
