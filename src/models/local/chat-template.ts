// The chat template of SmolLM2 (ChatML), as tokens.
//
// The template in the GGUF file puts "You are a helpful AI assistant named SmolLM, trained by Hugging Face" before a conversation without a system
// message. Not here: with it this quantization says that the capital of France is "L'Étoile, la Cité", and without it "Paris".

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface Tokenizer {
  /** Plain text: what looks like a control token in it is text. */
  encode(text: string): readonly number[];
  /** Control tokens give no text. An incomplete character at the end gives U+FFFD. */
  decode(tokens: readonly number[]): string;
}

/** Control tokens of SmolLM2's vocabulary. */
export const MESSAGE_START = 1;
export const MESSAGE_END = 2;
export const END_OF_TEXT = 0;

/**
 * `<|im_start|>role\ncontent<|im_end|>\n` for each message, then `<|im_start|>assistant\n`. A new segment begins with each user message: what
 * requests share are system messages and whole turns (a question and its answer), so these should end where a chunk ends.
 */
export function renderChat(messages: readonly ChatMessage[], tokenizer: Tokenizer): readonly (readonly number[])[] {
  const newline = tokenizer.encode('\n');
  const segments: number[][] = [[]];
  for (const { role, content } of messages) {
    if (role === 'user') segments.push([]);
    segments.at(-1)?.push(MESSAGE_START, ...tokenizer.encode(`${role}\n${content}`), MESSAGE_END, ...newline);
  }
  segments.at(-1)?.push(MESSAGE_START, ...tokenizer.encode('assistant\n'));
  return segments;
}

/** The model ends its message, or begins another one, which it should not. */
export function endsMessage(token: number): boolean {
  return token === MESSAGE_END || token === END_OF_TEXT || token === MESSAGE_START;
}
