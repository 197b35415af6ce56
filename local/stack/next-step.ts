/** What helps against a refusal of a cloud, by what its providers say of it; the first that fits counts. */
const steps: readonly (readonly [RegExp, string])[] = [
  [
    /\bis pinned to deployment\b/,
    "a rollback pins the app: finish it with slipway release rollback --stack <stack> --local, then run this again",
  ],
  [
    /: (401|403) |\b(InvalidClientTokenId|AccessDenied)\b/,
    "the token is not taken or lacks a right: give one that may do this, then run it again",
  ],
  [
    /: 404 |\bNoSuch\w+/,
    "what it works on is gone, or the token may not see it: run it again with --refresh",
  ],
  [/: 409 |\b(OperationAborted|Conflict)\b/, "something else was changing it: run it again"],
  [
    /: (400|422) |\bInvalidRequest\b/,
    "the cloud refuses what is asked for: change it in the stack file, then run it again",
  ],
  [/: 429 |\b(Throttling|SlowDown)\b/, "the cloud was asked too much: wait a little, then run it again"],
  [
    /: 5\d\d |\b(InternalError|ServiceUnavailable)\b|: no answer\b/,
    "the cloud failed or did not answer: run it again to go on",
  ],
];

/** What a person does next where a cloud refused; undefined where no cloud did. */
export function nextStep(reasons: Iterable<string>): string | undefined {
  const text = [...reasons].filter((reason) => reason.startsWith("cannot ")).join("\n");
  const step = steps.find(([sign]) => sign.test(text))?.[1];
  return step === undefined ? undefined : `what was done is kept; ${step}`;
}
