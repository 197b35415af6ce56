/** What one call of the backup program printed: a result, or what there is of it and how it failed. */
export interface CallDocument {
  exitCode: number;
  text: string;
}

/** One document for all calls: their results, and where one failed the first exit code and why, as every command says it. */
export function mergedDocument(calls: readonly CallDocument[], isMany: boolean): string {
  const documents = calls.map(({ text }): unknown => JSON.parse(text));
  if (calls.every(({ exitCode }) => exitCode === 0))
    return isMany ? JSON.stringify(documents.flat()) : (calls[0]?.text ?? "[]");
  const failed = documents.filter((_, at) => calls[at]?.exitCode !== 0) as Failed[];
  const [first] = failed;
  const ending = {
    exitCode: first?.exitCode,
    outcome: first?.outcome,
    errors: failed.map(({ message }) => ({ message })),
  };
  const results = documents.flatMap((document, at) =>
    calls[at]?.exitCode === 0 ? document : resultsOf(document as Failed),
  );
  const [only] = results;
  const isReport = !isMany && !Array.isArray(first?.result);
  return JSON.stringify({ version: 1, ...(isReport ? (only ?? {}) : { result: results }), ...ending });
}

interface Failed {
  exitCode: number;
  outcome: string;
  message: string;
  result?: unknown;
}

/** A report has a result that is a word. */
function resultsOf({ exitCode: _code, outcome: _outcome, message: _message, ...rest }: Failed): unknown[] {
  if (Array.isArray(rest.result)) return rest.result;
  return Object.keys(rest).length === 0 ? [] : [rest];
}
