// Kinds of images that models take.

import { endingOf } from './documents/file-kinds.js';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.png', 'image/png'],
  ['.jpg', 'image/jpeg'],
  ['.jpeg', 'image/jpeg'],
  ['.gif', 'image/gif'],
  ['.webp', 'image/webp'],
]);

/** The media type of an image by its name; undefined if it is none. */
export function imageType(name: string): string | undefined {
  return TYPES.get(endingOf(name));
}

export function isImage(name: string): boolean {
  return imageType(name) !== undefined;
}
