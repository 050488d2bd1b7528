// Class labels of Hugging Face datasets: stored as numbers, read as their names.

import { invalid } from './record.js';

/** What becomes of a stored value; undefined where it stays as it is. */
type Naming = ((value: unknown, where: string) => unknown) | undefined;

/**
 * Makes a function that puts names for class labels into a record, also within lists and nested fields.
 *
 * @param features as `dataset_info.json` has them, or the metadata `huggingface` of Arrow and Parquet files.
 * @returns undefined if no feature is a class label, or the features are of another form.
 */
export function classLabelNames(features: unknown): ((record: Readonly<Record<string, unknown>>, where: string) => Record<string, unknown>) | undefined {
  if (!isRecord(features)) return undefined;
  const named = namingOfFields(features);
  return named === undefined ? undefined : (record, where) => named(record, where) as Record<string, unknown>;
}

/** The features in the metadata `huggingface` of Arrow and Parquet files, a JSON text. */
export function featuresOf(metadata: string | undefined): unknown {
  if (metadata === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(metadata);
    return isRecord(parsed) && isRecord(parsed['info']) ? parsed['info']['features'] : undefined;
  } catch {
    // Of another tool: then nothing is a class label.
    return undefined;
  }
}

function naming(feature: unknown): Naming {
  // Lists: ["feature"], { _type: List | LargeList | Sequence, feature }, or a Sequence of several fields, which is stored as a list for each.
  if (Array.isArray(feature)) return namingOfList(naming(feature[0]));
  if (!isRecord(feature)) return undefined;
  if (feature['_type'] === 'ClassLabel') return Array.isArray(feature['names']) ? nameOf(feature['names'] as readonly unknown[]) : undefined;
  if (typeof feature['_type'] !== 'string') return namingOfFields(feature);
  const inner = feature['feature'];
  if (inner === undefined) return undefined;
  if (feature['_type'] === 'Sequence' && isRecord(inner) && typeof inner['_type'] !== 'string')
    return namingOfFields(Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, [each]])));
  return namingOfList(naming(inner));
}

function nameOf(names: readonly unknown[]): Naming {
  return (value, where) => {
    // -1: the label is kept secret, as in test sets of competitions.
    if (value === null || value === undefined || value === -1) return null;
    const name = typeof value === 'number' ? names[value] : undefined;
    if (name === undefined)
      throw invalid(`${where}: the class label is ${JSON.stringify(value)}, but there are ${names.length} names. Write the dataset again.`);
    return name;
  };
}

function namingOfList(each: Naming): Naming {
  return each === undefined ? undefined : (value, where) => (Array.isArray(value) ? value.map((element) => each(element, where)) : value);
}

function namingOfFields(features: Readonly<Record<string, unknown>>): Naming {
  const named = Object.entries(features).flatMap(([name, feature]) => {
    const each = naming(feature);
    return each === undefined ? [] : [[name, each] as const];
  });
  if (named.length === 0) return undefined;
  return (value, where) => {
    if (!isRecord(value)) return value;
    const record = { ...value };
    for (const [name, each] of named) if (Object.hasOwn(record, name)) record[name] = each(record[name], where);
    return record;
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
