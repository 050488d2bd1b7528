// The forms that a model's edits of given modules may have: as lines of a prompt, and as a JSON schema.

import type { Edit } from '../core/edit.js';
import type { Module, ModuleKind } from '../core/module.js';

const TEXT = { type: 'string' };

/** How a field is shown, and its schema. */
const FIELDS = {
  item: ['ITEM_ID', TEXT],
  taskIds: ['[IDS]', { type: 'array', items: TEXT }],
  reason: ['TEXT', TEXT],
  text: ['TEXT', TEXT],
  answer: ['TEXT', TEXT],
} as const;

interface EditForm {
  readonly kind: Edit['kind'];
  readonly modules: readonly string[];
  readonly fields: readonly (keyof typeof FIELDS)[];
}

/** What taught an edit and why stand before its text: a model writes what comes after in view of them. */
const WHY = ['taskIds', 'reason'] as const;

/** Only what can be applied: an endpoint that holds the model to the schema then gets no edit of a kind that a module does not take. */
function editForms(modules: readonly Module[]): readonly EditForm[] {
  const named = (kinds: readonly ModuleKind[], among = modules) => among.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  const filled = modules.filter((module) => module.kind !== 'instructions' && module.items.length > 0);
  const forms: readonly EditForm[] = [
    { kind: 'add', modules: named(['playbook']), fields: [...WHY, 'text'] },
    { kind: 'add', modules: named(['demos']), fields: [...WHY, 'text', 'answer'] },
    { kind: 'revise', modules: named(['playbook'], filled), fields: ['item', ...WHY, 'text'] },
    { kind: 'revise', modules: named(['demos'], filled), fields: ['item', ...WHY, 'text', 'answer'] },
    { kind: 'remove', modules: named(['playbook', 'demos'], filled), fields: ['item', ...WHY] },
    { kind: 'rewrite', modules: named(['instructions']), fields: [...WHY, 'text'] },
  ];
  return forms.filter((form) => form.modules.length > 0);
}

/** A line a form. */
export function editLines(modules: readonly Module[]): string {
  return editForms(modules)
    .map(({ kind, modules: names, fields }) => {
      const module = names.map((name) => JSON.stringify(name)).join(' or ');
      return `{${[`"kind": "${kind}"`, `"module": ${module}`, ...fields.map((field) => `"${field}": ${FIELDS[field][0]}`)].join(', ')}}`;
    })
    .join('\n');
}

/** For endpoints that take one (`response_format`), within what strict structured outputs allow; the same for all calls whose modules take the same edits. */
export function editsSchema(modules: readonly Module[]): { readonly name: string; readonly schema: object } {
  const object = (properties: object) => ({ type: 'object', additionalProperties: false, required: Object.keys(properties), properties });
  const forms = editForms(modules).map(({ kind, modules: names, fields }) =>
    object({
      kind: { type: 'string', enum: [kind] },
      module: { type: 'string', enum: names },
      ...Object.fromEntries(fields.map((field) => [field, FIELDS[field][1]])),
    }),
  );
  return { name: 'watersmeet_edits', schema: object({ edits: { type: 'array', items: { anyOf: forms } } }) };
}
