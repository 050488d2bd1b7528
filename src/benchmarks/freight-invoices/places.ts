// The places of an invoice where a number may stand: the reference of a transport, or something that looks like one.

/** A document that the invoice refers to. */
export interface DocumentReference {
  readonly id: string;
  readonly typeCode?: string;
  readonly type?: string;
  /** Base64 of an attached file. */
  readonly attachment?: string;
}

export interface InvoiceLine {
  readonly notes: string[];
  readonly documents: DocumentReference[];
  description: string;
  readonly name: string;
  readonly properties: { readonly name: string; readonly value: string }[];
  /** In hundredths of the currency. */
  readonly cents: number;
}

/** What is filled in before the XML is written. */
export interface InvoiceDraft {
  readonly notes: string[];
  readonly lines: InvoiceLine[];
  readonly additional: DocumentReference[];
  readonly despatch: DocumentReference[];
  readonly originator: DocumentReference[];
  buyerReference?: string;
  accountingCost?: string;
  salesOrder?: string;
  customerReference?: string;
  tracking?: string;
  shipment?: string;
  consignments: string[];
  carrierAssigned?: string;
  forwarderAssigned?: string;
  payment?: string;
}

/** A place, with the words or code that tell it from others of its kind. */
export interface Place {
  readonly kind: PlaceKind;
  /** A label in a text, a code or a name. '' where the place has none. */
  readonly label: string;
}

/** Several values of a place that is one text have commas between. */
export const PLACES = {
  note: { labels: 'words', write: (draft, label, values) => void draft.notes.push(`${label} ${values.join(', ')}`) },
  additionalCode: { labels: 'codes', write: (draft, label, values) => void draft.additional.push(...values.map((id) => ({ id, typeCode: label }))) },
  additionalType: { labels: 'documents', write: (draft, label, values) => void draft.additional.push(...values.map((id) => ({ id, type: label }))) },
  lineNote: { labels: 'words', write: (draft, label, values) => spread(draft, values, (line, value) => line.notes.push(`${label} ${value}`)) },
  lineDescription: {
    labels: 'words',
    write: (draft, label, values) =>
      spread(draft, values, (line, value) => {
        line.description = `${line.description}, ${label} ${value}`;
      }),
  },
  lineProperty: { labels: 'names', write: (draft, label, values) => spread(draft, values, (line, value) => line.properties.push({ name: label, value })) },
  lineDocument: {
    labels: 'codes',
    write: (draft, label, values) => spread(draft, values, (line, value) => line.documents.push({ id: value, typeCode: label })),
  },
  salesOrder: { labels: 'none', write: (draft, _, values) => void (draft.salesOrder = values.join(', ')) },
  customerReference: { labels: 'none', write: (draft, _, values) => void (draft.customerReference = values.join(', ')) },
  buyerReference: { labels: 'none', write: (draft, _, values) => void (draft.buyerReference = values.join(', ')) },
  accountingCost: { labels: 'none', write: (draft, _, values) => void (draft.accountingCost = values.join(', ')) },
  despatch: { labels: 'none', write: (draft, _, values) => void draft.despatch.push(...values.map((id) => ({ id }))) },
  originator: { labels: 'none', write: (draft, _, values) => void draft.originator.push(...values.map((id) => ({ id }))) },
  tracking: { labels: 'none', write: (draft, _, values) => void (draft.tracking = values.join(', ')) },
  shipment: { labels: 'none', write: (draft, _, values) => void (draft.shipment = values.join(', ')) },
  consignment: { labels: 'none', write: (draft, _, values) => void draft.consignments.push(...values) },
  carrierAssigned: { labels: 'none', write: (draft, _, values) => void (draft.carrierAssigned = values.join(', ')) },
  forwarderAssigned: { labels: 'none', write: (draft, _, values) => void (draft.forwarderAssigned = values.join(', ')) },
  payment: { labels: 'none', write: (draft, _, values) => void (draft.payment = values.join(', ')) },
} as const satisfies Record<
  string,
  { readonly labels: 'none' | keyof typeof LABELS; readonly write: (draft: InvoiceDraft, label: string, values: readonly string[]) => void }
>;

export type PlaceKind = keyof typeof PLACES;

/** What tells a place from others of its kind: for references of transports, and for something else. Some words are used for both, by different suppliers. */
export const LABELS = {
  words: {
    reference: ['Transport ref.:', 'Our shipment', 'Sendung', 'Dossier no.', 'TR#', 'Pos.', 'Job', 'File'],
    other: ['Order:', 'Your ref.', 'Booking', 'Contract', 'Dossier no.', 'Pos.', 'Job', 'File'],
  },
  codes: {
    reference: ['703', '705', '730', '740', 'AWB', 'BOL', 'CMR', 'SHP', 'ZZZ', '130'],
    other: ['50', '105', '130', '220', '916', 'CT', 'PO', 'SHP', 'ZZZ'],
  },
  documents: {
    reference: ['Transport order', 'Waybill', 'Shipment', 'Frachtauftrag', 'Lettre de voiture', 'Job'],
    other: ['Purchase order', 'Delivery note', 'Contract', 'Timesheet', 'Shipment', 'Job'],
  },
  names: { reference: ['Shipment', 'Transport', 'Tour', 'Reference', 'File'], other: ['Order', 'Reference', 'File', 'Booking', 'Shipment'] },
} as const;

/** One value a line, from the first; what is left goes to the last line. */
function spread(draft: InvoiceDraft, values: readonly string[], write: (line: InvoiceLine, value: string) => void): void {
  for (const [index, value] of values.entries()) write(draft.lines[Math.min(index, draft.lines.length - 1)]!, value);
}

export function writePlace(draft: InvoiceDraft, { kind, label }: Place, values: readonly string[]): void {
  if (values.length > 0) PLACES[kind].write(draft, label, values);
}
