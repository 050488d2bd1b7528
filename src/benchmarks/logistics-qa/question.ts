// The question of the references of a transport.

/** What is asked where the answers bring no question of their own. */
export const REFERENCES_QUESTION =
  'Which transport references does this invoice give? Answer with a JSON list of texts, such as ["A1", "B2"], or [] if it gives none.';
