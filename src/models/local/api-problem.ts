// An answer of the API that is no completion, in OpenAI's shape.

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: 400 | 404 | 413 | 429 | 500;
  readonly code: string | null;

  constructor(status: ApiProblem['status'], message: string, code: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get body(): object {
    const type = this.status === 500 ? 'server_error' : this.status === 429 ? 'rate_limit_error' : 'invalid_request_error';
    return { error: { message: this.message, type, param: null, code: this.code } };
  }
}
