/** What the local clouds take as token and as both halves of an AWS key; it opens nothing else. */
export const localCredential = "local-cloud";
