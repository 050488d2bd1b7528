// An invoice as UBL 2.1: the elements in the order that its schema asks for.

import type { DocumentReference, InvoiceDraft, InvoiceLine } from './places.js';
import type { Supplier } from './suppliers.js';

export interface Buyer {
  readonly name: string;
  readonly street: string;
  readonly city: string;
  readonly zone: string;
  readonly country: string;
  readonly taxNumber: string;
}

export interface InvoiceHead {
  readonly number: string;
  readonly uuid: string;
  /** As in 2025-03-01. */
  readonly issued: string;
  readonly due: string;
  readonly order: string;
  readonly supplier: Supplier;
  readonly buyer: Buyer;
  /** Of the supplier, for the parts that say nothing of the transport. */
  readonly supplierAddress: { readonly street: string; readonly zone: string; readonly account: string; readonly telephone: string };
  readonly container?: string;
  readonly origin: string;
  readonly destination: string;
  readonly weight: number;
}

/** An element: name with `a:` (aggregate) or `b:` (basic) for its prefix, attributes, and a text or elements. */
type Node = readonly [name: string, content: string | readonly Node[], attributes?: Readonly<Record<string, string>>];

const none: readonly Node[] = [];
const one = (name: string, value: string | undefined, attributes?: Readonly<Record<string, string>>): readonly Node[] =>
  value === undefined ? none : [attributes === undefined ? [name, value] : [name, value, attributes]];

/** Where the schema wants an identifier that there is none for. */
const UNKNOWN = 'NA';

/** The same invoice gives the same bytes. */
export function invoiceXml(head: InvoiceHead, draft: InvoiceDraft): string {
  const { supplier, buyer } = head;
  const { currency, taxPercent } = supplier.country;
  const amount = (name: string, cents: number): Node => [name, decimal(cents), { currencyID: currency }];
  const net = draft.lines.reduce((sum, { cents }) => sum + cents, 0);
  const tax = Math.round((net * taxPercent) / 100);
  const category = (name: string): Node => [
    name,
    [
      ['b:ID', 'S'],
      ['b:Percent', String(taxPercent)],
      ['a:TaxScheme', [['b:ID', 'VAT']]],
    ],
  ];
  const nodes: readonly Node[] = [
    ['b:UBLVersionID', '2.1'],
    ['b:ID', head.number],
    ['b:UUID', head.uuid],
    ['b:IssueDate', head.issued],
    ['b:DueDate', head.due],
    ['b:InvoiceTypeCode', '380', { listID: 'UNCL1001' }],
    ...draft.notes.map((note): Node => ['b:Note', note]),
    ['b:DocumentCurrencyCode', currency],
    ...one('b:AccountingCost', draft.accountingCost),
    ['b:LineCountNumeric', String(draft.lines.length)],
    ...one('b:BuyerReference', draft.buyerReference),
    ['a:OrderReference', [['b:ID', head.order], ...one('b:SalesOrderID', draft.salesOrder), ...one('b:CustomerReference', draft.customerReference)]],
    ...draft.despatch.map((document) => reference('a:DespatchDocumentReference', document)),
    ...draft.originator.map((document) => reference('a:OriginatorDocumentReference', document)),
    ...draft.additional.map((document) => reference('a:AdditionalDocumentReference', document)),
    [
      'a:AccountingSupplierParty',
      [
        party(supplier.name, head.supplierAddress.street, supplier.city, head.supplierAddress.zone, supplier.country.code, supplier.taxNumber, [
          ['a:Contact', [['b:Telephone', head.supplierAddress.telephone]]],
        ]),
      ],
    ],
    ['a:AccountingCustomerParty', [party(buyer.name, buyer.street, buyer.city, buyer.zone, buyer.country, buyer.taxNumber, none)]],
    delivery(head, draft),
    [
      'a:PaymentMeans',
      [
        ['b:PaymentMeansCode', '30'],
        ['b:PaymentDueDate', head.due],
        ...one('b:PaymentID', draft.payment),
        ['a:PayeeFinancialAccount', [['b:ID', head.supplierAddress.account]]],
      ],
    ],
    ['a:PaymentTerms', [['b:Note', `Payable by ${head.due} without deduction`]]],
    ['a:TaxTotal', [amount('b:TaxAmount', tax), ['a:TaxSubtotal', [amount('b:TaxableAmount', net), amount('b:TaxAmount', tax), category('a:TaxCategory')]]]],
    [
      'a:LegalMonetaryTotal',
      [
        amount('b:LineExtensionAmount', net),
        amount('b:TaxExclusiveAmount', net),
        amount('b:TaxInclusiveAmount', net + tax),
        amount('b:PayableAmount', net + tax),
      ],
    ],
    ...draft.lines.map((line, index) => invoiceLine(line, index, amount, category)),
  ];
  return serialise(nodes, supplier);
}

function invoiceLine(line: InvoiceLine, index: number, amount: (name: string, cents: number) => Node, category: (name: string) => Node): Node {
  return [
    'a:InvoiceLine',
    [
      ['b:ID', String(index + 1)],
      ...line.notes.map((note): Node => ['b:Note', note]),
      ['b:InvoicedQuantity', '1', { unitCode: 'C62' }],
      amount('b:LineExtensionAmount', line.cents),
      ...line.documents.map((document) => reference('a:DocumentReference', document)),
      [
        'a:Item',
        [
          ['b:Description', line.description],
          ['b:Name', line.name],
          category('a:ClassifiedTaxCategory'),
          ...line.properties.map(
            ({ name, value }): Node => [
              'a:AdditionalItemProperty',
              [
                ['b:Name', name],
                ['b:Value', value],
              ],
            ],
          ),
        ],
      ],
      ['a:Price', [amount('b:PriceAmount', line.cents)]],
    ],
  ];
}

function reference(name: string, { id, typeCode, type, attachment }: DocumentReference): Node {
  return [
    name,
    [
      ['b:ID', id],
      ...one('b:DocumentTypeCode', typeCode),
      ...one('b:DocumentType', type),
      ...(attachment === undefined
        ? none
        : ([['a:Attachment', [['b:EmbeddedDocumentBinaryObject', attachment, { mimeCode: 'application/pdf', filename: `${id}.pdf` }]]]] as const)),
    ],
  ];
}

function party(name: string, street: string, city: string, zone: string, country: string, taxNumber: string, more: readonly Node[]): Node {
  return [
    'a:Party',
    [
      ['a:PartyName', [['b:Name', name]]],
      [
        'a:PostalAddress',
        [
          ['b:StreetName', street],
          ['b:CityName', city],
          ['b:PostalZone', zone],
          ['a:Country', [['b:IdentificationCode', country]]],
        ],
      ],
      [
        'a:PartyTaxScheme',
        [
          ['b:CompanyID', taxNumber],
          ['a:TaxScheme', [['b:ID', 'VAT']]],
        ],
      ],
      ['a:PartyLegalEntity', [['b:RegistrationName', name]]],
      ...more,
    ],
  ];
}

function delivery(head: InvoiceHead, draft: InvoiceDraft): Node {
  const [first, ...others] = draft.consignments;
  const assigned = [...one('b:CarrierAssignedID', draft.carrierAssigned), ...one('b:FreightForwarderAssignedID', draft.forwarderAssigned)];
  // The first one carries what the carrier and the forwarder call it; a consignment needs a number of its own.
  const consignments: readonly Node[] =
    first === undefined && assigned.length === 0
      ? none
      : [['a:Consignment', [['b:ID', first ?? UNKNOWN], ...assigned]], ...others.map((id): Node => ['a:Consignment', [['b:ID', id]]])];
  return [
    'a:Delivery',
    [
      ['b:ActualDeliveryDate', head.issued],
      ...one('b:TrackingID', draft.tracking),
      [
        'a:Shipment',
        [
          ['b:ID', draft.shipment ?? UNKNOWN],
          ['b:GrossWeightMeasure', String(head.weight), { unitCode: 'KGM' }],
          ...consignments,
          ['a:Delivery', [['a:DeliveryAddress', [['b:CityName', head.destination]]]]],
          ...(head.container === undefined ? none : ([['a:TransportHandlingUnit', [['a:TransportEquipment', [['b:ID', head.container]]]]]] as const)),
          ['a:OriginAddress', [['b:CityName', head.origin]]],
        ],
      ],
    ],
  ];
}

function serialise(nodes: readonly Node[], { prefixes, indented }: Supplier): string {
  const [aggregate, basic] = prefixes;
  const write = ([name, content, attributes = {}]: Node, depth: number): string => {
    const tag = `${name.startsWith('a:') ? aggregate : basic}:${name.slice(2)}`;
    const given = Object.entries(attributes)
      .map(([key, value]) => ` ${key}="${escape(value)}"`)
      .join('');
    const line = indented ? `\n${'  '.repeat(depth)}` : '';
    if (typeof content === 'string') return `${line}<${tag}${given}>${escape(content)}</${tag}>`;
    return `${line}<${tag}${given}>${content.map((child) => write(child, depth + 1)).join('')}${line}</${tag}>`;
  };
  const spaces = 'urn:oasis:names:specification:ubl:schema:xsd';
  const open = `<Invoice xmlns="${spaces}:Invoice-2" xmlns:${aggregate}="${spaces}:CommonAggregateComponents-2" xmlns:${basic}="${spaces}:CommonBasicComponents-2">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${open}${nodes.map((node) => write(node, 1)).join('')}${indented ? '\n' : ''}</Invoice>\n`;
}

function decimal(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
