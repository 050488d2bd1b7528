// A response whose whole body is at hand as a text: a stream of it, a tenth of a rollout's CPU, is made only for who asks for one.

/** The types of Node declare what a response can do as properties, which no class could override. */
const Base = Response as unknown as new (body: null, init: ResponseInit) => Pick<Response, 'status' | 'headers'>;

class RecordedResponse extends Base {
  readonly #text: string;
  #streamed: Response | undefined;

  constructor(text: string, init: ResponseInit) {
    super(null, init);
    this.#text = text;
  }

  async text(): Promise<string> {
    return this.#text;
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.#text) as unknown;
  }

  get body(): Response['body'] {
    return this.#asStream().body;
  }

  get bodyUsed(): boolean {
    return this.#streamed?.bodyUsed ?? false;
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#asStream().arrayBuffer();
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await this.arrayBuffer());
  }

  blob(): ReturnType<Response['blob']> {
    return this.#asStream().blob();
  }

  formData(): ReturnType<Response['formData']> {
    return this.#asStream().formData();
  }

  clone(): Response {
    return recordedResponse(this.#text, { status: this.status, headers: this.headers });
  }

  #asStream(): Response {
    this.#streamed ??= new Response(this.#text, { status: this.status, headers: this.headers });
    return this.#streamed;
  }
}

export function recordedResponse(text: string, init: ResponseInit): Response {
  return new RecordedResponse(text, init) as unknown as Response;
}
