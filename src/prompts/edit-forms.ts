// The forms that a model's edits of given modules may have: as lines of a prompt, and as a JSON schema.

import type { Edit } from '../core/edit.js';
import type { Module } from '../core/module.js';

type Field = 'item' | 'text' | 'answer';

interface EditForm {
  readonly kind: Edit['kind'];
  readonly modules: readonly string[];
  readonly fields: readonly Field[];
}

/** Only what can be applied: an endpoint that holds the model to the schema then gets no edit of a kind that a module does not take. */
export function editForms(modules: readonly Module[]): readonly EditForm[] {
  const named = (of: (module: Module) => boolean) => modules.filter(of).map(({ name }) => name);
  const withItems = (kind?: Module['kind']) =>
    named((module) => module.kind !== 'instructions' && module.items.length > 0 && (kind ?? module.kind) === module.kind);
  const forms: EditForm[] = [
    { kind: 'add', modules: named(({ kind }) => kind === 'playbook'), fields: ['text'] },
    { kind: 'add', modules: named(({ kind }) => kind === 'demos'), fields: ['text', 'answer'] },
    { kind: 'revise', modules: withItems('playbook'), fields: ['item', 'text'] },
    { kind: 'revise', modules: withItems('demos'), fields: ['item', 'text', 'answer'] },
    { kind: 'remove', modules: withItems(), fields: ['item'] },
    { kind: 'rewrite', modules: named(({ kind }) => kind === 'instructions'), fields: ['text'] },
  ];
  return forms.filter((form) => form.modules.length > 0);
}

const SHOWN: { readonly [field in Field]: string } = { item: 'ITEM_ID', text: 'TEXT', answer: 'TEXT' };

/** A line a form. What taught the edit and why stand before the text: a model writes what comes after in view of them. */
export function formLines(forms: readonly EditForm[]): string {
  return forms
    .map(({ kind, modules, fields }) => {
      const shown = (field: Field) => (fields.includes(field) ? [`"${field}": ${SHOWN[field]}`] : []);
      const module = modules.map((name) => JSON.stringify(name)).join(' or ');
      const parts = [`"kind": "${kind}"`, `"module": ${module}`, ...shown('item'), '"taskIds": [IDS]', '"reason": TEXT', ...shown('text'), ...shown('answer')];
      return `{${parts.join(', ')}}`;
    })
    .join('\n');
}

/** For endpoints that take one (`response_format`), within what strict structured outputs allow; the same for all calls whose modules take the same edits. */
export function editsSchema(forms: readonly EditForm[]): { readonly name: string; readonly schema: object } {
  const text = { type: 'string' };
  const properties = ({ kind, modules, fields }: EditForm) => ({
    kind: { type: 'string', enum: [kind] },
    module: { type: 'string', enum: modules },
    ...(fields.includes('item') ? { item: text } : {}),
    taskIds: { type: 'array', items: text },
    reason: text,
    ...(fields.includes('text') ? { text } : {}),
    ...(fields.includes('answer') ? { answer: text } : {}),
  });
  const object = (of: object) => ({ type: 'object', additionalProperties: false, required: Object.keys(of), properties: of });
  return { name: 'watersmeet_edits', schema: object({ edits: { type: 'array', items: { anyOf: forms.map((form) => object(properties(form))) } } }) };
}
