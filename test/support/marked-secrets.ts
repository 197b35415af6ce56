/** Secrets with signs that each of the encodings below writes in another way. */
export const markers = Array.from(
  { length: 20 },
  (_, index) => `marker "${index}" + &/é\\ of a secret ${index}`,
);

/** What they are called in a stack file. */
export const markerNames = markers.map((_, index) => `marker${index}`);

/** The forms in which a secret could stand in an output. */
const formsOf = (secret: string): string[] => [
  secret,
  ...[0, 1, 2].map((offset) =>
    // Inside a longer text the first and last signs depend on what is beside them.
    Buffer.from("x".repeat(offset) + secret)
      .toString("base64")
      .slice(4, -4),
  ),
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  JSON.stringify(JSON.stringify(secret)).slice(3, -3),
];

const forms = markers.map((secret) => [secret, formsOf(secret)] as const);

/** The secrets that are in a text, in any of these forms. */
export const leaked = (text: string): string[] =>
  forms.filter(([, ways]) => ways.some((form) => text.includes(form))).map(([secret]) => secret);
