const secretName = /pass|secret|token|key|credential|auth|dsn|webhook|private|sealed/i;
const hasPassword = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:[^/@\s]*@/i;
/** Shorter values would blot out ordinary words. */
const shortest = 8;
const shortestPassword = 4;

/**
 * A function that blots out a component's secrets in what it prints. Nobody here is told which variables are secret,
 * so these count: values of at least 8 characters under a name that sounds like it, and addresses with a password,
 * whole and the password alone (from 4 characters), also percent-encoded.
 */
export function maskerFor(environment: Readonly<Record<string, string>>): (text: string) => string {
  const secrets = Object.entries(environment).flatMap(([name, value]) => [
    ...(secretName.test(name) && value.length >= shortest ? [value, ...linesOf(value)] : []),
    ...(hasPassword.test(value) ? [value, ...passwordsOf(value)] : []),
  ]);
  const longestFirst = [...new Set(secrets)].sort((one, other) => other.length - one.length);
  return (text) =>
    longestFirst
      .reduce((masked, secret) => masked.replaceAll(secret, "[secret]"), text)
      .replace(/:\/\/([^:@/\s]*):[^@/\s]+@/g, "://$1:[secret]@");
}

/** Output is masked line by line, so the lines of a key file have to be known one by one. */
function linesOf(value: string): string[] {
  return value.split(/\r?\n/).filter((line) => line.length >= shortest);
}

function passwordsOf(address: string): string[] {
  const encoded = /^[^:]+:\/\/[^:]*:([^/\s]*)@/.exec(address)?.[1] ?? "";
  return [encoded, decoded(encoded)].filter(({ length }) => length >= shortestPassword);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
